// Where the staff's console begins in the browser.

import '../shared/design/tokens.css';
import '../shared/design/base.css';
import '../shared/design/controls.css';
import '../shared/design/frame.css';
import './console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { LanguageProvider } from '../shared/i18n.tsx';
import { applyTheme } from '../shared/theme.ts';
import { App } from './app.tsx';
import { ConsoleProvider } from './console.tsx';

applyTheme();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <ConsoleProvider>
          <BrowserRouter>
            <App />
          </BrowserRouter>
        </ConsoleProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}
