import type { MarkedExtension, Tokens } from 'marked'

// TeX between $$ or \[ \] stands alone; between $ or \( \) it stands in a line. Two prices in one line are no formula: there a space stands
// inside, or a digit behind, the dollar signs.
const BLOCK = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n|$)/
const INLINE = /^(?:\$\$([^$]+?)\$\$|\\\((.+?)\\\)|\$(?!\s)((?:\\.|[^$\\\n])*[^\s$\\])\$(?!\d))/

/** Formulas in Markdown. They become places that renderMath fills, since what draws them is large and seldom needed. */
export function math(escape: (text: string) => string): MarkedExtension {
  const token = (type: string, match: RegExpExecArray | null): Tokens.Generic | undefined => {
    const tex = match?.slice(1).find((group) => group !== undefined)
    return tex === undefined ? undefined : { type, raw: match![0], text: tex.trim() }
  }
  const place = (display: boolean) => (token: Tokens.Generic) => {
    const name = display ? 'div' : 'span'
    return `<${name} class="math">${escape(token.text as string)}</${name}>`
  }
  return {
    extensions: [
      {
        name: 'mathBlock',
        level: 'block',
        start: (text) => /(?:^|\n)(?:\$\$|\\\[)/.exec(text)?.index,
        tokenizer: (text) => token('mathBlock', BLOCK.exec(text)),
        renderer: place(true),
      },
      {
        name: 'math',
        level: 'inline',
        start: (text) => /\$|\\\(/.exec(text)?.index,
        tokenizer: (text) => token('math', INLINE.exec(text)),
        renderer: place(false),
      },
    ],
  }
}

/** Draws the formulas inside an element. They are MathML, which needs no style sheet and no font of its own. */
export async function renderMath(inside: Element): Promise<void> {
  const places = [...inside.querySelectorAll<HTMLElement>('.math:not(:has(math))')]
  if (places.length === 0) return
  const { default: katex } = await import('katex')
  for (const place of places) {
    const tex = place.textContent
    try {
      katex.render(tex, place, { output: 'mathml', displayMode: place.tagName === 'DIV', trust: false, maxExpand: 200, maxSize: 20 })
    } catch {
      // What is no TeX stays as it was written.
      place.textContent = tex
      place.classList.remove('math')
    }
  }
}
