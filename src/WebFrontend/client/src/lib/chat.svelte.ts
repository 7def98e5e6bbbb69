import { branch, Versions } from './branch'
import type { Connection } from './connection.svelte'
import type { Conversations } from './conversations.svelte'
import { storeDraft } from './drafts'
import { newId } from './ids'
import type { Notices } from './notices.svelte'
import { Refusal, type Conversation, type ConversationSummary, type Message, type SentMessage, type ServedModel, type ServerInfo, type TurnEvent, type TurnSettings, type TurnStatistics } from './protocol'
import { Reply } from './reply.svelte'
import { strings } from './strings'
import { Trace } from './trace'
import { readTurn } from './turnReader'

// A conversation, and a message in it to show.
const ADDRESS = /^#\/c\/([0-9a-f-]{36})(?:\/([0-9a-f-]{36}))?$/

const TRACE_PATIENCE = 30_000

/** The conversation on the page, with the reply that is being written in it. */
export class Chat {
  server: ServerInfo | null = $state(null)
  selected: string | null = $state(null)
  settings: TurnSettings = $state({})
  reply: Reply | null = $state(null)
  loading = $state(false)

  /** Name of the model that the conversation is held with; null where nobody has chosen one. */
  model: string | null = $state(null)

  /** The message that the address points at. */
  pointed: string | null = $state(null)

  /** What is sent when the reply is complete. */
  queued: string | null = $state(null)

  #all: Message[] = $state([])
  #leaf: string | null = $state(null)

  /** The branch that is shown. */
  messages: Message[] = $derived(branch(this.#all, this.#leaf))

  // Sorted once for all messages: each asks for its own at every change.
  #versions = $derived(new Versions(this.#all))

  #connection: Connection
  #conversations: Conversations
  #notices: Notices
  #reading: AbortController | null = null
  #sending = false
  #asked = 0

  constructor(connection: Connection, conversations: Conversations, notices: Notices) {
    this.#connection = connection
    this.#conversations = conversations
    this.#notices = notices
    conversations.changed = (id, conversation) => void notices.guard(() => this.#noticeChange(id, conversation))
    connection.opened = () => void notices.guard(() => this.#refresh())
    window.addEventListener('hashchange', () => void notices.guard(() => this.#follow()))
    window.addEventListener('pagehide', () => this.#dequeue())
    void notices.guard(() => this.#follow())
  }

  get running(): boolean {
    return this.reply !== null && this.reply.finish === null
  }

  /** What can be chosen from. A frontend of an earlier release does not say. */
  get models(): ServedModel[] {
    return this.server?.models ?? []
  }

  /** The model that answers; null where nobody serves it. */
  get answering(): ServedModel | null {
    const { server } = this
    if (this.model !== null) return this.models.find(({ name }) => name === this.model) ?? null
    return this.models[0] ?? (server && { ...server, name: server.model })
  }

  /** Tokens of the context that the branch takes, as far as its last reply tells. */
  get contextUsed(): number {
    const statistics = this.#latest
    return statistics ? statistics.promptTokens + statistics.tokens : 0
  }

  /** How many messages of the branch, the oldest ones, the model did not read for its last reply. Each message looks, but it seldom changes. */
  leftOut: number = $derived.by(() => this.#latest?.leftOut ?? 0)

  get #latest(): TurnStatistics | null {
    return this.reply?.statistics ?? this.messages.findLast((message) => message.statistics)?.statistics ?? null
  }

  open(id: string | null): void {
    location.hash = id ? `#/c/${id}` : '#/'
  }

  /** All versions of a message: what was edited or asked for again. */
  versions(message: Message): Message[] {
    return this.#versions.of(message)
  }

  /** Says something, at once or when the running reply is complete; false if the server refused it. */
  async send(text: string): Promise<boolean> {
    if (this.running) {
      this.queued = text
      return true
    }
    return this.#ask('Send', { text }, this.#said(text, this.#leaf), this.#leaf)
  }

  edit(message: Message, text: string): Promise<boolean> {
    return this.#ask('Edit', { messageId: message.id, text }, this.#said(text, message.parentId), message.parentId)
  }

  regenerate(message: Message): Promise<boolean> {
    return this.#ask('Regenerate', { messageId: message.id }, null, message.parentId)
  }

  /** Shows the branch through a message. */
  select(message: Message): void {
    void this.#notices.guard(async () => {
      const { selected } = this
      if (!selected) return
      await this.#connection.invoke('Select', selected, message.id)
      if (this.selected === selected) await this.#load(selected)
    })
  }

  /** Who guessed what in a reply that is over. */
  async trace(turnId: string): Promise<Trace | null> {
    const trace = new Trace()
    const { selected } = this
    const read = await this.#notices.guard(async () => {
      await this.#readTurn(selected!, turnId, AbortSignal.timeout(TRACE_PATIENCE), (frame) => trace.take(frame))
    })
    return read ? trace : null
  }

  configure(settings: TurnSettings): Promise<boolean> {
    return this.#notices.guard(async () => {
      if (this.selected) await this.#connection.invoke('Configure', this.selected, settings)
      this.settings = settings
    })
  }

  /** Holds the conversation with another model from now on. */
  useModel(model: string): Promise<boolean> {
    return this.#notices.guard(async () => {
      if (this.selected) await this.#connection.invoke('UseModel', this.selected, model)
      this.model = model
    })
  }

  stop(): void {
    const { selected, reply } = this
    if (selected && reply && this.running) void this.#notices.guard(() => this.#connection.invoke('Stop', selected, reply.turnId))
  }

  #said(text: string, parentId: string | null): Message {
    return {
      id: newId(), parentId, role: 'user', text, createdAt: new Date().toISOString(), turnId: null, finish: null, error: null, statistics: null,
    }
  }

  /** Asks for a reply and reads it; what is said shows at once, and leaves again if it is refused. */
  #ask(method: string, request: object, said: Message | null, parentId: string | null): Promise<boolean> {
    this.#notices.text = null
    return this.#notices.guard(async () => {
      const conversation = this.selected ?? (await this.#create())
      const before = this.#leaf
      if (said) this.#all.push(said)
      this.#leaf = said?.id ?? parentId
      this.#sending = true
      this.#asked++
      try {
        const sent = await this.#connection.invoke<SentMessage>(method, { conversationId: conversation, operationId: said?.id ?? newId(), ...request })
        if (this.selected !== conversation) return
        const own = this.#all.find((message) => message.id === said?.id)
        if (own) own.id = sent.userMessageId
        this.#all.push({ ...this.#said('', sent.userMessageId), id: sent.assistantMessageId, role: 'assistant', turnId: sent.turnId })
        this.#leaf = sent.assistantMessageId
        this.#read(conversation, sent.turnId, sent.assistantMessageId)
      } catch (error) {
        if (this.selected === conversation) {
          this.#all = this.#all.filter((message) => message.id !== said?.id)
          this.#leaf = before
        }
        throw error
      } finally {
        this.#sending = false
      }
      await this.#conversations.refresh()
    })
  }

  async #create(): Promise<string> {
    const { id } = await this.#connection.invoke<ConversationSummary>('CreateConversation', { operationId: newId(), model: this.model })
    if (Object.values(this.settings).some((value) => value != null)) await this.#connection.invoke('Configure', id, this.settings)
    this.#leave()
    this.selected = id
    history.replaceState(null, '', `#/c/${id}`)
    return id
  }

  /** The connection is there, for the first time or again: what others did meanwhile is fetched. */
  async #refresh(): Promise<void> {
    this.server = await this.#connection.invoke<ServerInfo>('GetServer')
    await this.#conversations.refresh()
    // What is being sent is not on the server yet, and must not vanish from the page.
    if (this.selected && !this.running && !this.loading && !this.#sending) await this.#load(this.selected)
  }

  /** The conversation on the page was changed, perhaps in another tab or on another device. */
  async #noticeChange(id: string, conversation: ConversationSummary | null): Promise<void> {
    if (id !== this.selected) return
    if (conversation === null) {
      this.open(null)
      throw new Refusal('unknown_conversation', strings.unknownConversation)
    }
    this.model = conversation.model
    if (conversation.running && !this.running && !this.loading && !this.#sending) await this.#load(id)
  }

  /** Shows what the address names. */
  async #follow(): Promise<void> {
    const [, id = null, message = null] = ADDRESS.exec(location.hash) ?? []
    this.pointed = message
    if (id !== this.selected) {
      this.#leave()
      this.selected = id
      this.settings = {}
      this.model = null
      this.#all = []
      this.#leaf = null
      if (id) await this.#load(id)
    }
    if (id && message && this.selected === id && !this.messages.some((shown) => shown.id === message)) {
      await this.#connection.invoke('Select', id, message)
      if (this.selected === id) await this.#load(id)
    }
  }

  async #load(id: string): Promise<void> {
    this.loading = true
    const asked = this.#asked
    try {
      const conversation = await this.#connection.invoke<Conversation>('GetConversation', id)
      // What was asked meanwhile is not in it.
      if (this.selected !== id || this.#asked !== asked) return
      this.#all = conversation.messages
      this.#leaf = conversation.selectedMessageId
      this.settings = conversation.settings
      this.model = conversation.model
      const running = conversation.messages.find((message) => message.turnId !== null && message.turnId === conversation.runningTurnId)
      if (running && running.turnId === this.reply?.turnId) {
        // The answer may be older than what was read here: a reply that is over does not begin again.
        if (!this.running) this.#keep(this.reply!)
      } else if (running) {
        this.#read(id, running.turnId!, running.id)
      }
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
    this.#reading?.abort()
    const reading = new AbortController()
    const reply = new Reply(turnId, messageId)
    this.#reading = reading
    this.reply = reply
    const reader = this.#readTurn(conversation, turnId, reading.signal, (frame) => reply.take(frame), (alive) => (reply.interrupted = !alive))
    void this.#notices.guard(async () => {
      try {
        await reader
      } catch (error) {
        reply.fail(Refusal.from(error)?.message ?? strings.unexpected)
      }
      if (reading.signal.aborted) return
      this.#keep(reply)
      const next = this.queued
      this.queued = null
      // What is refused stays in sight, to be taken back.
      if (next && !(await this.send(next))) this.queued = next
      else await this.#conversations.refresh()
    })
  }

  #readTurn(conversation: string, turnId: string, signal: AbortSignal, show: (frame: TurnEvent) => void, alive: (alive: boolean) => void = () => {}) {
    return readTurn(0, {
      open: (from) => this.#connection.resume(conversation, turnId, from),
      show,
      alive,
      // What is unavailable now may be there the next time it is asked for.
      refuses: (error) => (Refusal.from(error)?.code ?? 'unavailable') !== 'unavailable',
      signal,
    })
  }

  /** The reply is over and becomes a message like the others. */
  #keep(reply: Reply): void {
    const message = this.#all.find((candidate) => candidate.id === reply.messageId)
    if (message) Object.assign(message, { text: reply.text, finish: reply.finish, error: reply.error, statistics: reply.statistics })
  }

  #leave(): void {
    this.#dequeue()
    this.#reading?.abort()
    this.#reading = null
    this.reply = null
    this.loading = false
  }

  /** What was to be sent later is not lost: it is the next draft. */
  #dequeue(): void {
    if (this.queued) storeDraft(this.selected, this.queued)
    this.queued = null
  }
}
