import { defineNuxtConfig } from 'nuxt/config';

export default defineNuxtConfig({ telemetry: false, compatibilityDate: '2025-07-15', app: { head: { htmlAttrs: { lang: 'en' } } } });
