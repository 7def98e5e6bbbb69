import DOMPurify from 'dompurify'
import hljs from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import go from 'highlight.js/lib/languages/go'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import python from 'highlight.js/lib/languages/python'
import rust from 'highlight.js/lib/languages/rust'
import sql from 'highlight.js/lib/languages/sql'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'
import { Marked, type Token } from 'marked'
import { math } from './math'
import { strings } from './strings'

const languages = { bash, cpp, csharp, css, diff, go, java, javascript, json, python, rust, sql, typescript, xml, yaml }
for (const [name, language] of Object.entries(languages)) hljs.registerLanguage(name, language)

// Longer blocks stay plain: highlighting them would take longer than a reader waits.
const LONGEST_HIGHLIGHTED = 50_000

const marked = new Marked({
  gfm: true,
  breaks: false,
  renderer: {
    code({ text, lang }) {
      const language = lang?.match(/^\S+/)?.[0] ?? ''
      const code = hljs.getLanguage(language) && text.length <= LONGEST_HIGHLIGHTED ? hljs.highlight(text, { language }).value : escape(text)
      const bar = `<div class="bar"><span>${escape(language)}</span><button type="button" data-copy>${strings.copy}</button></div>`
      return `<div class="code">${bar}<pre tabindex="0"><code>${code}</code></pre></div>\n`
    },
    table(token) {
      const cells = (row: { tokens: Token[]; align: string | null }[], tag: string) =>
        row.map((cell) => `<${tag}${cell.align ? ` align="${cell.align}"` : ''}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')
      const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')
      return `<div class="table" tabindex="0"><table><thead><tr>${cells(token.header, 'th')}</tr></thead><tbody>${body}</tbody></table></div>\n`
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    // An image would tell its server what is being read here; it becomes a link.
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
    // Markup in a reply is text about markup.
    html: ({ text }) => escape(text),
  },
})

marked.use(math(escape))

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    node.setAttribute('target', '_blank')
    node.setAttribute('rel', 'noopener noreferrer')
  }
})

/** Markdown to safe HTML, in blocks: a block that more text cannot change any more is rendered once. */
export class MarkdownBlocks {
  #closedText = ''
  #closed: string[] = []

  /** The blocks of the text, which usually is the last one with more at its end. */
  render(markdown: string): string[] {
    const text = markdown.replaceAll('\r\n', '\n')
    if (!text.startsWith(this.#closedText)) {
      this.#closedText = ''
      this.#closed = []
    }
    const tokens = marked.lexer(text.slice(this.#closedText.length))
    // Blank lines do not close a list; only the block after it does.
    const open = tokens.findLastIndex((token) => token.type !== 'space')
    for (const token of tokens.slice(0, Math.max(0, open))) {
      this.#closedText += token.raw
      if (token.type !== 'space') this.#closed.push(toHtml(token))
    }
    return open < 0 ? [...this.#closed] : [...this.#closed, toHtml(tokens[open]!)]
  }
}

function toHtml(token: Token): string {
  return DOMPurify.sanitize(marked.parser([token]), {
    FORBID_TAGS: ['style', 'form', 'iframe', 'img', 'input', 'svg', 'math'],
    FORBID_ATTR: ['style'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    // The expression is asked for every attribute that is not listed as harmless.
    ADD_URI_SAFE_ATTR: ['align', 'start', 'tabindex'],
  })
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
