// Types of react/index.mjs.

import type { ReactNode } from 'react';
import type { Category, PageState } from '../index.js';

/** What waits: a category or several, which must all be allowed, like an element with the attributes `data-category`,
    `data-shared` and `data-service`; or a cookie or storage key. A category after `!` passes while it is not allowed. */
export type Wanted =
  | { readonly category: Waiting | readonly Category[]; readonly shared?: boolean; readonly service?: string; readonly cookie?: undefined }
  | { readonly cookie: string; readonly host?: string; readonly category?: undefined };

type Waiting = Category | `!${Category}`;

export interface AbideView {
  /** The decision in force. */
  readonly decision: Readonly<PageState>;
  /** Whether what needs this may run now; in observe mode always. For a cookie `false` until the policy has been read, and
      the core too if the policy does not name the cookie; then the component is rendered again. */
  allows(wanted: Waiting | readonly Category[] | Wanted): boolean;
  /** Shows the notice again, or the settings if the page has no notice. */
  openSettings(): void;
}

/** Returns the same object until the decision changes; then the component is rendered again. On a server and during
    hydration, returns the strictest decision. */
export function useAbide(): AbideView;

/** Renders its children only while they are allowed, otherwise `fallback` (default: nothing). Children must stop what they
    started when they are unmounted. */
export function Gated(props: Wanted & { readonly children?: ReactNode; readonly fallback?: ReactNode }): ReactNode;
