const BEGIN = '<think>'
const END = '</think>'

/** Parts a reply into what the model thought aloud before it and the answer. A model whose template opens the block writes its end only. */
export function splitReasoning(text: string): { reasoning: string | null; answer: string } {
  const begins = text.trimStart().startsWith(BEGIN)
  const end = text.indexOf(END)
  if (!begins && end < 0) return { reasoning: null, answer: text }
  const from = begins ? text.indexOf(BEGIN) + BEGIN.length : 0
  if (end < 0) return { reasoning: text.slice(from), answer: '' }
  return { reasoning: text.slice(from, end), answer: text.slice(end + END.length).trimStart() }
}
