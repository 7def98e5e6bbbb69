import { ask } from '../lib/http'
import type { Notices } from '../lib/notices.svelte'
import type { ClusterDescription, KeyDescription, NewKey, NewKeyRequest } from '../lib/protocol'
import { noSamples, withSample, type Samples } from './samples'

const EVERY = 1000

/** What operators see: the cluster from second to second, and the keys. */
export class Operations {
  cluster: ClusterDescription | null = $state.raw(null)
  keys: KeyDescription[] = $state.raw([])

  /** Whether what is shown is old, because the server does not answer. */
  silent = $state(false)

  #samples: Record<string, Samples> = $state.raw({})
  #notices: Notices
  #timer: ReturnType<typeof setTimeout> | undefined
  #over = false

  constructor(notices: Notices) {
    this.#notices = notices
    void this.#watch()
    void notices.guard(() => this.#readKeys())
  }

  /** What a device did lately. */
  samples(node: string, device: number): Samples {
    return this.#samples[`${node}/${device}`] ?? noSamples()
  }

  /** Makes a key; null if that was refused. */
  async createKey(request: NewKeyRequest): Promise<string | null> {
    let made: NewKey | null = null
    await this.#notices.guard(async () => {
      made = (await (await ask('/admin/keys', 'POST', JSON.stringify(request))).json()) as NewKey
      await this.#readKeys()
    })
    return (made as NewKey | null)?.key ?? null
  }

  revokeKey(name: string): void {
    void this.#notices.guard(async () => {
      await ask(`/admin/keys/${encodeURIComponent(name)}`, 'DELETE')
      await this.#readKeys()
    })
  }

  /** Has a node hand its conversations over and take no more, or take some again; its state shows how far it is. */
  steer(node: string, order: 'drain' | 'resume'): void {
    void this.#notices.guard(() => ask(`/admin/nodes/${encodeURIComponent(node)}/${order}`, 'POST'))
  }

  stop(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  async #readKeys(): Promise<void> {
    this.keys = (await (await ask('/admin/keys')).json()) as KeyDescription[]
  }

  async #watch(): Promise<void> {
    try {
      // Nobody looks at a page in the background.
      if (!document.hidden) this.#take((await (await ask('/admin/status')).json()) as ClusterDescription)
      this.silent = false
    } catch {
      this.silent = true
    }
    if (!this.#over) this.#timer = setTimeout(() => void this.#watch(), EVERY)
  }

  #take(cluster: ClusterDescription): void {
    const time = Date.now() / 1000
    const devices = cluster.nodes.flatMap((node) => (node.details?.devices ?? []).map((device, index) => [`${node.address}/${index}`, device] as const))
    this.#samples = Object.fromEntries(devices.map(([key, device]) => [key, withSample(this.#samples[key] ?? noSamples(), time, device)]))
    this.cluster = cluster
  }
}
