import { expect, test } from 'vitest'
import { branch, Versions } from './branch'
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
  const versions = new Versions(tree)
  expect(versions.of(tree[1]!).map(({ id }) => id)).toEqual(['answer', 'again'])
  expect(versions.of(tree[2]!)).toEqual(versions.of(tree[1]!))
  expect(versions.of(tree[3]!).map(({ id }) => id)).toEqual(['question', 'edited'])
  expect(versions.of(tree[5]!).map(({ id }) => id)).toEqual(['further'])
})

test('versions have one role', () => {
  const greeting = message('greeting', null, 'assistant')
  expect(new Versions([...tree, greeting]).of(greeting)).toEqual([greeting])
})

test('a message that was not there has no versions', () => {
  expect(new Versions(tree).of(message('late', 'other', 'user'))).toEqual([])
})

test('versions are found by reading each message once', () => {
  let reads = 0
  const counted = Array.from({ length: 500 }, (_, i) => {
    const parent = i === 0 ? null : `${i - 1}`
    return Object.defineProperty(message(`${i}`, parent, i % 2 ? 'assistant' : 'user'), 'parentId', { get: () => (reads++, parent) })
  })
  const versions = new Versions(counted)
  for (const one of counted) expect(versions.of(one)).toEqual([one])
  expect(reads).toBeLessThan(10 * counted.length)
})
