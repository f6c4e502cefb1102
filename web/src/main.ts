import './style/tokens.css';
import './style/base.css';
import './style/print.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { apply } from './frame/look.svelte';
import { pack } from './frame/pack.svelte';
import { listen } from './route/route.svelte';
import { session } from './session/session.svelte';
import { firstLang, memory } from './words/choose';
import { language } from './words/words.svelte';

language.now = firstLang(new URLSearchParams(location.search).get('lang'), localStorage.getItem(memory), navigator.languages);
apply();
listen();
void pack.load();
void session.load();
mount(App, { target: document.getElementById('page')! });
