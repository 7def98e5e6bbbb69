import { expect, test } from 'vitest'
import { branch, versions } from './branch'
import type { Message } from './protocol'

function message(id: string, parentId: string | null, role: Message['role']): Message {
  return { id, parentId, role, text: id, createdAt: '', turnId: null, finish: null, error: null, statistics: null }
}

const tree = [
  message('question', null, 'user'), message('answer', 'question', 'assistant'), message('again', 'question', 'assistant'),
  message('edited', null, 'user'), message('other', 'edited', 'assistant'), message('further', 'again', 'user'),
]

test('a branch leads from the first message to the selected one', () => {
  expect(branch(tree, 'further').map(({ id }) => id)).toEqual(['question', 'again', 'further'])
  expect(branch(tree, 'other').map(({ id }) => id)).toEqual(['edited', 'other'])
  expect(branch(tree, null)).toEqual([])
})

test('versions of a message follow the same one', () => {
  expect(versions(tree, tree[1]!).map(({ id }) => id)).toEqual(['answer', 'again'])
  expect(versions(tree, tree[3]!).map(({ id }) => id)).toEqual(['question', 'edited'])
})
