import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [svelte()],
  build: {
    // The page may load nothing inline: its content security policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    emptyOutDir: true,
  },
  server: {
    proxy: {
      '/hubs': { target: 'http://localhost:5080', ws: true },
      '/admin': 'http://localhost:5080',
      '/conversations': 'http://localhost:5080',
      '/signin': 'http://localhost:5080',
      '/signout': 'http://localhost:5080',
    },
  },
})
