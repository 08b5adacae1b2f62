import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { askForKey, takeKey } from './key.js';
import { firstTabs } from './tabs.js';

const container = document.getElementById('graphiql');
const url = new URL('/graphql', location.href).href;
const key = takeKey() ?? (await askForKey(container));
const authorization = `Bearer ${key}`;

const fetcher = createGraphiQLFetcher({
  url,
  headers: { authorization },
  wsClient: createClient({ url: url.replace(/^http/, 'ws'), connectionParams: { authorization }, lazy: true }),
});

container.replaceChildren();
createRoot(container).render(
  createElement(GraphiQL, {
    fetcher,
    defaultTabs: await firstTabs(url, key),
    // What is written here may quote calendars: it ends with the browser's tab, as the key does.
    storage: sessionStorage,
    shouldPersistHeaders: false,
    isHeadersEditorEnabled: false,
    defaultEditorToolsVisibility: 'variables',
  }),
);

// A second link opened in the same tab changes the fragment alone.
addEventListener('hashchange', () => {
  if (location.hash.includes('key=')) {
    takeKey();
    location.reload();
  }
});
