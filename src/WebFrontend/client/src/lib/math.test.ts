import { Marked } from 'marked'
import { expect, test } from 'vitest'
import { math } from './math'

const marked = new Marked(math((text) => text.replaceAll('<', '&lt;')))

test.each([
  ['$x$', '<p><span class="math">x</span></p>\n'],
  ['where \\(a < b\\) holds', '<p>where <span class="math">a &lt; b</span> holds</p>\n'],
  ['$$\nx^2\n$$', '<div class="math">x^2</div>'],
  ['text\n\n\\[ x \\]\n\ntext', '<p>text</p>\n<div class="math">x</div><p>text</p>\n'],
  ['$a_1 * b * c$', '<p><span class="math">a_1 * b * c</span></p>\n'],
  ['between $5 and $10', '<p>between $5 and $10</p>\n'],
  ['US$5 to US$6 a piece', '<p>US$5 to US$6 a piece</p>\n'],
  ['`$x$`', '<p><code>$x$</code></p>\n'],
  ['$not closed', '<p>$not closed</p>\n'],
])('%s', (markdown, html) => expect(marked.parse(markdown)).toBe(html))
