// Types of react/index.mjs.

import type { ReactNode } from 'react';
import type { Category, PageState } from '../index.js';

/** What waits: a category or several, which must all be allowed, as an element with the attributes `data-category`,
    `data-shared` and `data-service` would; or a cookie or storage key. A category with `!` before it passes while it is not
    allowed. */
export type Wanted =
  | { readonly category: Waiting | readonly Category[]; readonly shared?: boolean; readonly service?: string; readonly cookie?: undefined }
  | { readonly cookie: string; readonly host?: string; readonly category?: undefined };

type Waiting = Category | `!${Category}`;

export interface AbideView {
  /** The decision in force. */
  readonly decision: Readonly<PageState>;
  /** Whether what needs this may run now. In observe mode it always may. Of a cookie `false` until the policy has been
      read, and the core where the policy does not name it; the component is then rendered again. */
  allows(wanted: Waiting | readonly Category[] | Wanted): boolean;
  /** Shows the notice again, or where the page has none goes to the preference page. */
  openSettings(): void;
}

/** The same object until the decision changes; then the component is rendered again. On a server and during hydration
    the strictest decision. */
export function useAbide(): AbideView;

/** Renders its children only while they are allowed, else `fallback` (default: nothing). What children have begun they end
    themselves when they are taken out. */
export function Gated(props: Wanted & { readonly children?: ReactNode; readonly fallback?: ReactNode }): ReactNode;
