/// <reference types="vite/client" />

/** A name for exactly the source that this build was made from. */
declare const __WEB_VERSION__: string;
