import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'
import { applyPreferences } from './lib/preferences'

applyPreferences()
mount(App, { target: document.getElementById('app')! })
