import { expect, test } from 'vitest'
import { splitReasoning } from './reasoning'

test.each([
  ['no thoughts', 'An answer.', null, 'An answer.'],
  ['thoughts and an answer', '<think>\nHm.\n</think>\n\nAn answer.', '\nHm.\n', 'An answer.'],
  ['thoughts that go on', '<think>Hm', 'Hm', ''],
  ['a block that the template opened', 'Hm.</think>An answer.', 'Hm.', 'An answer.'],
  ['words about the tag', 'The tag <think> opens it.', null, 'The tag <think> opens it.'],
])('%s', (_, text, reasoning, answer) => expect(splitReasoning(text)).toEqual({ reasoning, answer }))
