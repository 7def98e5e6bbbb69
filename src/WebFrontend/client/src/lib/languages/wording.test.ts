import { parse } from 'svelte/compiler'
import { expect, test } from 'vitest'

// What a person reads, sees as a tooltip, or has read out.
const READ = ['aria-label', 'title', 'placeholder', 'alt']

interface Node {
  type: string
  name?: string
  data?: string
}

/** Words that stand in the markup of a component instead of in a catalogue. */
function words(node: unknown, attribute = ''): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => words(child, attribute))
  if (typeof node !== 'object' || node === null) return []
  const { type, name, data } = node as Node
  if (type === 'Text') return (attribute === '' || READ.includes(attribute)) && /\p{L}/u.test(data!) ? [data!.trim()] : []
  // Expressions hold code, and what a style or script says nobody reads.
  if (type === 'Script' || type === 'StyleSheet' || type === 'ExpressionTag' || type === 'Comment') return []
  return Object.values(node).flatMap((child) => words(child, type === 'Attribute' ? name! : attribute))
}

test('no component says anything that no catalogue holds', () => {
  const sources = import.meta.glob<string>('../../**/*.svelte', { query: '?raw', import: 'default', eager: true })
  expect(Object.keys(sources).length).toBeGreaterThan(20)
  expect(words(parse('<p title="Oh">No</p>', { modern: true }).fragment)).toEqual(['Oh', 'No'])
  const said = Object.entries(sources).flatMap(([file, source]) => words(parse(source, { modern: true }).fragment).map((word) => `${file}: ${word}`))
  expect(said).toEqual([])
})
