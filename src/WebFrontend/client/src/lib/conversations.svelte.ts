import type { Connection } from './connection.svelte'
import { download, fetchConversation, putConversation } from './files'
import type { Notices } from './notices.svelte'
import { byImportance } from './order'
import type { ConversationSummary, ListChanged } from './protocol'

// How long a deleted conversation can be taken back.
const UNDO = 8000

/** The list of conversations. */
export class Conversations {
  items: ConversationSummary[] = $state([])

  /** What was deleted last, as long as that can be undone. */
  removed: ConversationSummary | null = $state(null)

  /** Told of each conversation that was changed or deleted, here or elsewhere. */
  changed: (id: string, conversation: ConversationSummary | null) => void = () => {}

  #connection: Connection
  #notices: Notices
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Connection, notices: Notices) {
    this.#connection = connection
    this.#notices = notices
    connection.listChanged = (change) => this.#take(change)
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && connection.state === 'online') void notices.guard(() => this.refresh())
    })
    // Who closes the page has decided.
    addEventListener('pagehide', () => this.#forget())
  }

  async refresh(): Promise<void> {
    const items = await this.#connection.invoke<ConversationSummary[]>('ListConversations')
    this.items = items.filter((item) => item.id !== this.removed?.id)
  }

  find(id: string | null): ConversationSummary | undefined {
    return this.items.find((item) => item.id === id)
  }

  rename(id: string, title: string): void {
    void this.#notices.guard(async () => {
      await this.#connection.invoke('Rename', id, title)
      await this.refresh()
    })
  }

  /** Puts a conversation before the others, or back among them. */
  pin(id: string, pinned: boolean): void {
    void this.#notices.guard(async () => {
      await this.#connection.invoke('Pin', id, pinned)
      await this.refresh()
    })
  }

  /** Takes a conversation out of the list, and deletes it for good when that can no longer be undone. */
  remove(id: string): void {
    this.#forget()
    this.removed = this.find(id) ?? null
    this.items = this.items.filter((item) => item.id !== id)
    this.#timer = setTimeout(() => this.#forget(), UNDO)
  }

  undo(): void {
    clearTimeout(this.#timer)
    this.removed = null
    void this.#notices.guard(() => this.refresh())
  }

  /** Hands a conversation to the person as a file: all its branches, or the one that is shown as a document. */
  export(id: string, form: 'jsonl' | 'markdown'): void {
    void this.#notices.guard(async () => {
      const file = await fetchConversation(id, form)
      download(file, `${this.find(id)?.title ?? id}.${form === 'jsonl' ? 'jsonl' : 'md'}`)
    })
  }

  /** Makes a conversation of an exported one; null if the server refuses the file. */
  async import(file: Blob): Promise<string | null> {
    let made: ConversationSummary | null = null
    await this.#notices.guard(async () => {
      made = await putConversation(file)
      await this.refresh()
    })
    return (made as ConversationSummary | null)?.id ?? null
  }

  #take({ id, conversation }: ListChanged): void {
    // Something was missed.
    if (id === null) return void this.#notices.guard(() => this.refresh())
    if (conversation === null && this.removed?.id === id) this.removed = null
    const others = this.items.filter((item) => item.id !== id)
    this.items = conversation === null || this.removed?.id === id ? others : [...others, conversation].sort(byImportance)
    this.changed(id, conversation)
  }

  #forget(): void {
    clearTimeout(this.#timer)
    const removed = this.removed
    this.removed = null
    if (removed) void this.#notices.guard(() => this.#connection.invoke('Delete', removed.id))
  }
}
