import { expect, test } from 'vitest'
import { cutAtMarks } from './marks'

test('a text is cut at its marks and loses nothing', () => {
  expect(cutAtMarks('東京の天気は', [{ start: 0, length: 2 }, { start: 3, length: 2 }])).toEqual([
    { text: '東京', marked: true },
    { text: 'の', marked: false },
    { text: '天気', marked: true },
    { text: 'は', marked: false },
  ])
  expect(cutAtMarks('plain', [])).toEqual([{ text: 'plain', marked: false }])
})
