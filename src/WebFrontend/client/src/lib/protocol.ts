// The wire contract of /hubs/chat, see docs/protocol.md.

export interface ConversationSummary {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  running: boolean
}

export interface Conversation {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  messages: Message[]
  selectedMessageId: string | null
  runningTurnId: string | null
  settings: TurnSettings
}

export interface Message {
  id: string
  parentId: string | null
  role: 'user' | 'assistant'
  text: string
  createdAt: string
  turnId: string | null
  finish: Finish | null
  error: string | null
  statistics: TurnStatistics | null
}

export type Finish = 'stop' | 'length' | 'cancelled' | 'error'

export interface SentMessage {
  turnId: string
  userMessageId: string
  assistantMessageId: string
}

export interface ServerInfo {
  version: string
  model: string
  device: string
  dataType: string
  contextLength: number
  defaults: TurnSettings
}

/** What is absent or null takes the server's default. */
export interface TurnSettings {
  temperature?: number | null
  topK?: number | null
  topP?: number | null
  seed?: number | null
  maxTokens?: number | null
  systemPrompt?: string | null
  speculation?: { mode: 'auto' | 'off'; maxNodes?: number | null } | null
}

export interface TurnEvent {
  kind: 'tokens' | 'keepAlive' | 'rewind' | 'end'
  epoch: number
  position: number
  textOffset: number
  tokens: number[]
  text: string
  sources: number[]
  survival: number[]
  steps: number[]
  textEnds: number[]
  finish?: Finish | null
  error?: string | null
  statistics?: TurnStatistics | null
}

export interface TurnStatistics {
  promptTokens: number
  cachedTokens: number
  leftOut: number
  tokens: number
  steps: number
  drafted: number
  accepted: number
  seconds: number
  timeToFirstToken: number
}

/** The server refused something; the message is one line for the person. */
export class Refusal extends Error {
  constructor(readonly code: string, message: string) {
    super(message)
  }

  /** Reads `code: one line`, behind whatever SignalR has put in front of it; null if the error is no refusal. */
  static from(error: unknown): Refusal | null {
    const match = /HubException: ([a-z_]+): (.+)$/s.exec(error instanceof Error ? error.message : '')
    return match ? new Refusal(match[1]!, match[2]!) : null
  }
}
