import type { Mark } from './protocol'

/** A text cut at its marks, in order. */
export function cutAtMarks(text: string, marks: Mark[]): { text: string; marked: boolean }[] {
  const parts: { text: string; marked: boolean }[] = []
  let start = 0
  for (const mark of marks) {
    parts.push({ text: text.slice(start, mark.start), marked: false })
    parts.push({ text: text.slice(mark.start, mark.start + mark.length), marked: true })
    start = mark.start + mark.length
  }
  parts.push({ text: text.slice(start), marked: false })
  return parts.filter((part) => part.text !== '')
}
