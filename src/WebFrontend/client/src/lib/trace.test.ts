import { expect, test } from 'vitest'
import type { TurnEvent } from './protocol'
import { perStep, pieces, Trace } from './trace'

function frame(position: number, textEnds: number[], steps: number[], sources = textEnds.map(() => 1)): TurnEvent {
  return {
    kind: 'tokens', epoch: 1, position, textOffset: 0, tokens: steps.map(() => 0), text: '', sources, survival: steps.map(() => 0.5), steps, textEnds,
    finish: null, error: null, statistics: null, logProbabilities: [], obfuscation: '', waitsFor: null, ahead: null,
  }
}

test('tokens are traced in order, and again from where a reader had to go back to', () => {
  const trace = new Trace()
  trace.take(frame(0, [1, 3], [0, 1], [0, 6]))
  trace.take(frame(2, [3, 6], [1, 2]))
  trace.take({ ...frame(3, [], []), kind: 'rewind' })
  trace.take(frame(3, [7], [3]))
  expect(trace.tokens.map(({ end }) => end)).toEqual([1, 3, 3, 7])
  expect(trace.tokens.map(({ source }) => source)).toEqual(['model', 'recycled', 'context', 'context'])
  expect(perStep(trace.tokens)).toEqual([1, 2, 1])
})

test('a reply that does not tell where its tokens end has no trace', () => {
  const trace = new Trace()
  trace.take(frame(0, [], [0, 1]))
  expect(trace.tokens).toEqual([])
})

test('text is cut at its tokens, whatever is not settled yet', () => {
  const trace = new Trace()
  trace.take(frame(0, [2, 2, 5, 9], [0, 0, 1, 1]))
  expect(pieces('ab🌳cd', trace.tokens).map(({ text }) => text)).toEqual(['ab', '🌳c', 'd'])
  expect(pieces('', trace.tokens)).toEqual([])
})
