// Written from the records of the protocol by a test of WebFrontend.Tests, which says how to write it anew.

export interface ClusterDescription {
  nodes: NodeDescription[]
}

export interface Conversation {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  pinned: boolean
  model: string | null
  messages: Message[]
  selectedMessageId: string | null
  runningTurnId: string | null
  settings: TurnSettings
}

export interface ConversationSummary {
  id: string
  title: string
  createdAt: string
  updatedAt: string
  running: boolean
  pinned: boolean
  model: string | null
}

export interface CreateConversationRequest {
  operationId: string
  title?: string | null
  model?: string | null
}

export interface DeviceDescription {
  model: string
  device: string
  dataType: string
  running: number
  waiting: number
  kvRowsUsed: number
  kvRows: number
  passes: number
  carried: number
  drafted: number
  accepted: number
  generated: number
  prefilled: number
  nodePrice: number
  lastPassTokens: number
  lastPassSeconds: number
  lastPassExpected: number
  lost: boolean
  memoryUsed: number
  memoryTotal: number
}

export interface EditRequest {
  conversationId: string
  operationId: string
  messageId: string
  text: string
  settings?: TurnSettings | null
}

export interface Found {
  conversation: ConversationSummary
  messageId: string | null
  snippet: string
  marks: Mark[]
}

export interface FoundPage {
  items: Found[]
  next: string | null
}

export interface KeyDescription {
  name: string
  tenant: string
  owner: string
  created: string
  scopes: string[]
  limits: QuotaLimits | null
}

export interface ListChanged {
  id: string | null
  conversation: ConversationSummary | null
}

export interface LogitBias {
  token: number
  bias: number
}

export interface Mark {
  start: number
  length: number
}

export interface Message {
  id: string
  parentId: string | null
  role: 'user' | 'assistant'
  text: string
  createdAt: string
  turnId: string | null
  finish: 'stop' | 'length' | 'cancelled' | 'error' | null
  error: string | null
  statistics: TurnStatistics | null
}

export interface NewKey {
  key: string
}

export interface NewKeyRequest {
  name: string
  scopes?: string[] | null
  limits?: QuotaLimits | null
}

export interface NodeDescription {
  address: string
  name: string
  status: string
  started: string
  conversations: number
  details: NodeDetails | null
}

export interface NodeDetails {
  version: string
  leaving: boolean
  memory: number
  replies: number
  devices: DeviceDescription[]
  sources: SourceDescription[]
  pilot: PilotDescription[]
}

export interface PilotDescription {
  kind: string
  speculated: PilotSums
  control: PilotSums
}

export interface PilotSums {
  turns: number
  tokens: number
  seconds: number
  tokensSquared: number
  secondsSquared: number
  products: number
}

export interface QuotaLimits {
  requestsPerMinute?: number | null
  tokensPerMinute?: number | null
  tokensPerDay?: number | null
  concurrentTurns?: number | null
}

export interface RegenerateRequest {
  conversationId: string
  operationId: string
  messageId: string
  settings?: TurnSettings | null
}

export interface ResponseFormat {
  type: string
  text: string
}

export interface SaidMessage {
  role: string
  text: string
}

export interface SearchRequest {
  text: string
  after?: string | null
  limit?: number | null
}

export interface SendRequest {
  conversationId: string
  operationId: string
  parentMessageId?: string | null
  text: string
  settings?: TurnSettings | null
}

export interface SentMessage {
  turnId: string
  userMessageId: string
  assistantMessageId: string
}

export interface ServedModel {
  name: string
  device: string
  dataType: string
  contextLength: number
  defaults: TurnSettings
}

export interface ServerInfo {
  version: string
  model: string
  device: string
  dataType: string
  contextLength: number
  defaults: TurnSettings
  admin: boolean
  models: ServedModel[]
}

export interface SourceDescription {
  source: string
  drafted: number
  accepted: number
}

export interface SpeculationSettings {
  mode: 'auto' | 'off'
  maxNodes?: number | null
}

export interface TokenLogProbability {
  token: number
  logProbability: number
  topTokens: number[]
  topLogProbabilities: number[]
}

export interface TryRequest {
  messages: SaidMessage[]
  settings?: TurnSettings | null
  model?: string | null
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
  finish: 'stop' | 'length' | 'cancelled' | 'error' | null
  error: string | null
  statistics: TurnStatistics | null
  logProbabilities: TokenLogProbability[]
  waitsFor: 'storage' | 'model' | 'queue' | null
  ahead: number | null
  obfuscation: string
}

export interface TurnSettings {
  temperature?: number | null
  topK?: number | null
  topP?: number | null
  seed?: number | null
  maxTokens?: number | null
  systemPrompt?: string | null
  speculation?: SpeculationSettings | null
  minP?: number | null
  typicalP?: number | null
  repetitionPenalty?: number | null
  presencePenalty?: number | null
  frequencyPenalty?: number | null
  logitBias?: LogitBias[] | null
  minTokens?: number | null
  stop?: string[] | null
  stopTokens?: number[] | null
  ignoreEos?: boolean | null
  topLogProbabilities?: number | null
  responseFormat?: ResponseFormat | null
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
