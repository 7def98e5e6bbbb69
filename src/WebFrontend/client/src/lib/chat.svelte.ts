import { branch } from './branch'
import type { Connection } from './connection.svelte'
import { newId } from './ids'
import { Refusal, type Conversation, type ConversationSummary, type Message, type SentMessage, type ServerInfo } from './protocol'
import { Reply } from './reply.svelte'
import { strings } from './strings'
import { readTurn } from './turnReader'

const ADDRESS = /^#\/c\/([0-9a-f-]{36})$/

/** What the page shows: the list of conversations, and one of them with the reply that is being written in it. */
export class Chat {
  conversations: ConversationSummary[] = $state([])
  server: ServerInfo | null = $state(null)
  selected: string | null = $state(null)
  messages: Message[] = $state([])
  reply: Reply | null = $state(null)
  loading = $state(false)
  notice: string | null = $state(null)

  #connection: Connection
  #reading: AbortController | null = null
  #sending = false

  constructor(connection: Connection) {
    this.#connection = connection
    connection.opened = () => void this.#guard(() => this.#refresh())
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && connection.state === 'online') void this.#guard(() => this.#list())
    })
    window.addEventListener('hashchange', () => void this.#guard(() => this.#follow()))
    void this.#guard(() => this.#follow())
  }

  get running(): boolean {
    return this.reply !== null && this.reply.finish === null
  }

  open(id: string | null): void {
    location.hash = id ? `#/c/${id}` : '#/'
  }

  /** Says something; false if the server refused it. */
  async send(text: string): Promise<boolean> {
    this.notice = null
    return this.#guard(async () => {
      const conversation = this.selected ?? (await this.#create())
      const said: Message = {
        id: newId(), parentId: null, role: 'user', text, createdAt: new Date().toISOString(),
        turnId: null, finish: null, error: null, statistics: null,
      }
      this.messages.push(said)
      this.#sending = true
      try {
        const sent = await this.#connection.invoke<SentMessage>('Send', { conversationId: conversation, operationId: said.id, text })
        if (this.selected !== conversation) return
        this.messages.push({ ...said, id: sent.assistantMessageId, role: 'assistant', text: '', turnId: sent.turnId })
        this.#read(conversation, sent.turnId, sent.assistantMessageId)
      } catch (error) {
        if (this.selected === conversation) this.messages = this.messages.filter((message) => message.id !== said.id)
        throw error
      } finally {
        this.#sending = false
      }
      await this.#list()
    })
  }

  stop(): void {
    const { selected, reply } = this
    if (selected && reply && this.running) void this.#guard(() => this.#connection.invoke('Stop', selected, reply.turnId))
  }

  rename(id: string, title: string): void {
    void this.#guard(async () => {
      await this.#connection.invoke('Rename', id, title)
      await this.#list()
    })
  }

  remove(id: string): void {
    void this.#guard(async () => {
      await this.#connection.invoke('Delete', id)
      if (this.selected === id) this.open(null)
      await this.#list()
    })
  }

  async #create(): Promise<string> {
    const { id } = await this.#connection.invoke<ConversationSummary>('CreateConversation', { operationId: newId() })
    this.#leave()
    this.selected = id
    history.replaceState(null, '', `#/c/${id}`)
    return id
  }

  /** The connection is there, for the first time or again: what others did meanwhile is fetched. */
  async #refresh(): Promise<void> {
    this.server = await this.#connection.invoke<ServerInfo>('GetServer')
    await this.#list()
    // What is being sent is not on the server yet, and must not vanish from the page.
    if (this.selected && !this.running && !this.loading && !this.#sending) await this.#load(this.selected)
  }

  async #list(): Promise<void> {
    this.conversations = await this.#connection.invoke<ConversationSummary[]>('ListConversations')
  }

  /** Shows what the address names. */
  async #follow(): Promise<void> {
    const id = ADDRESS.exec(location.hash)?.[1] ?? null
    if (id === this.selected) return
    this.#leave()
    this.selected = id
    this.messages = []
    if (id) await this.#load(id)
  }

  async #load(id: string): Promise<void> {
    this.loading = true
    try {
      const conversation = await this.#connection.invoke<Conversation>('GetConversation', id)
      if (this.selected !== id) return
      this.messages = branch(conversation.messages, conversation.selectedMessageId)
      const running = this.messages.find((message) => message.turnId !== null && message.turnId === conversation.runningTurnId)
      if (running) this.#read(id, running.turnId!, running.id)
    } catch (error) {
      if (this.selected === id && error instanceof Refusal && error.code === 'unknown_conversation') {
        this.open(null)
        throw new Refusal(error.code, strings.unknownConversation)
      }
      throw error
    } finally {
      if (this.selected === id) this.loading = false
    }
  }

  #read(conversation: string, turnId: string, messageId: string): void {
    this.#leave()
    const reading = new AbortController()
    const reply = new Reply(turnId, messageId)
    this.#reading = reading
    this.reply = reply
    const reader = readTurn(0, {
      open: (from) => this.#connection.resume(conversation, turnId, from),
      show: (frame) => reply.take(frame),
      alive: (alive) => (reply.interrupted = !alive),
      refuses: (error) => Refusal.from(error) !== null,
      signal: reading.signal,
    })
    void this.#guard(async () => {
      try {
        await reader
      } catch (error) {
        reply.fail(Refusal.from(error)?.message ?? strings.unexpected)
      }
      if (reading.signal.aborted) return
      this.#keep(reply)
      await this.#list()
    })
  }

  /** The reply is over and becomes a message like the others. */
  #keep(reply: Reply): void {
    const message = this.messages.find((candidate) => candidate.id === reply.messageId)
    if (message) Object.assign(message, { text: reply.text, finish: reply.finish, error: reply.error, statistics: reply.statistics })
  }

  #leave(): void {
    this.#reading?.abort()
    this.#reading = null
    this.reply = null
    this.loading = false
  }

  async #guard(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.notice = error instanceof Refusal ? error.message : strings.unexpected
      return false
    }
  }
}
