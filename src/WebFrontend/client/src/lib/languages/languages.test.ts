import { expect, test } from 'vitest'
import { en } from './en'
import { ja } from './ja'

/** Every text of a catalogue under its path; what takes arguments is given their names. */
function texts(catalogue: object, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'object') return texts(value as object, `${path}${name}.`)
    return [[path + name, typeof value === 'function' ? (value as (...words: string[]) => string)('{0}', '{1}') : (value as string)]]
  })
}

// The same in both, on purpose.
const SHARED = ['product', 'keyCommand', 'settings.topK', 'settings.topP']

test('the Japanese catalogue says everything, and in Japanese', () => {
  const english = new Map(texts(en))
  const japanese = texts(ja)
  expect(japanese.map(([path]) => path).sort()).toEqual([...english.keys()].sort())
  for (const [path, text] of japanese) {
    if (SHARED.includes(path)) continue
    expect(text, path).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/)
    expect(text.match(/\{\d\}/g)?.sort(), path).toEqual(english.get(path)!.match(/\{\d\}/g)?.sort())
  }
})
