import type { Connection } from './connection.svelte'
import type { Notices } from './notices.svelte'
import type { ConversationSummary, Found, FoundPage } from './protocol'

// A person who types is not asked for at each letter.
const PAUSE = 250

/** Where a text stands: the titles at once, the messages as soon as the server has looked. */
export class Search {
  #text = $state('')
  #found: Found[] = $state.raw([])
  #next: string | null = $state(null)

  /** Whether the server has not answered yet. */
  looking = $state(false)

  #connection: Connection
  #notices: Notices
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, notices: Notices) {
    this.#connection = connection
    this.#notices = notices
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    clearTimeout(this.#timer)
    this.#found = []
    this.#next = null
    this.looking = text.trim() !== ''
    if (this.looking) this.#timer = setTimeout(() => void this.#look(null), PAUSE)
  }

  /** Whether there is more than what was fetched. */
  get more(): boolean {
    return this.#next !== null
  }

  fetchMore(): void {
    void this.#look(this.#next)
  }

  /** What of a list is found, in its order, and behind it what the server found elsewhere. */
  among(items: ConversationSummary[]): { conversation: ConversationSummary; found: Found | null }[] {
    if (this.#text.trim() === '') return items.map((conversation) => ({ conversation, found: null }))
    const found = new Map(this.#found.map((one) => [one.conversation.id, one]))
    const sought = plain(this.#text.trim())
    // The list knows better how a conversation is called and whether it writes.
    return items.flatMap((conversation) => {
      const one = found.get(conversation.id) ?? null
      return one || plain(conversation.title).includes(sought) ? [{ conversation, found: one }] : []
    })
  }

  async #look(after: string | null): Promise<void> {
    const text = this.#text
    this.looking = true
    let page: FoundPage | null = null
    await this.#notices.guard(async () => (page = await this.#connection.invoke<FoundPage>('Search', { text: text.trim(), after })))
    if (this.#text !== text) return
    this.looking = false
    if (!page) return
    const { items, next } = page as FoundPage
    this.#found = [...this.#found, ...items]
    this.#next = next
  }
}

// Full-width letters and other variants of a character are found like the character itself.
function plain(text: string): string {
  return text.normalize('NFKC').toLocaleLowerCase()
}
