'use client';
import { start } from '@abide/browser';
import { Gated, useAbide } from '@abide/browser/react';

start();

export function Counter() {
  const { allows, openSettings } = useAbide();
  return (
    <footer>
      <output>{allows('analytics') ? 'yes' : 'no'}</output>
      <Gated category="analytics" fallback={<p id="instead">off</p>}><p id="chart">on</p></Gated>
      <button id="settings" onClick={openSettings}>Cookies</button>
    </footer>
  );
}
