import { expect, test } from 'vitest'
import { byImportance } from './order'

const item = (title: string, updatedAt: string, pinned = false) => ({ id: title, title, createdAt: updatedAt, updatedAt, pinned, running: false, model: null })

test('pinned conversations stand before others, the one used last first', () => {
  const items = [
    item('old', '2026-01-01T00:00:00+00:00'),
    item('pinned', '2025-01-01T00:00:00+00:00', true),
    item('new', '2026-01-02T00:00:00.5+00:00'),
    item('newly pinned', '2025-06-01T00:00:00+00:00', true),
  ]

  expect(items.sort(byImportance).map(({ title }) => title)).toEqual(['newly pinned', 'pinned', 'new', 'old'])
})
