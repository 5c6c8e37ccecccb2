// The memory of the core: allocates, writes and reads structs and texts. The policy stays at its start; everything else
// is released when the next request begins.

// Sizes of the C structs in bytes. memory.cpp asserts those whose members are read here, and returns those of opaque ones.
const SIZE = { text: 8, signals: 2, record: 248, visitor: 16, indication: 12, classification: 12, finding: 24, settings: 20,
  told: 28, toldPurpose: 40 };
const OPAQUE = ['rule', 'exemption', 'policy', 'decision', 'filter'];

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export class Memory {
  #start; #base; #top; #known = new Map();

  /** @param exports of abide.wasm or its twin */
  constructor(exports) {
    this.c = exports; // the functions of the core
    exports._initialize?.();
    this.size = { ...SIZE, ...Object.fromEntries(OPAQUE.map((name, i) => [name, exports.abide_size(i)])) };
    this.#start = this.#base = this.#top = exports.abide_memory();
    this.#look();
  }

  /** Releases everything except what keep() stored. */
  begin() { this.#top = this.#base; }

  /** Keeps what `write` puts into memory, in place of what was kept before. If `write` throws, the former content stays. */
  keep(write) {
    const former = this.bytes.slice(this.#start, this.#base);
    this.#top = this.#start;
    try {
      const kept = write();
      this.#base = this.#top;
      return kept;
    } catch (error) {
      this.bytes.set(former, this.#start);
      throw error;
    }
  }

  /** Releases what `work` puts into memory. */
  borrow(work) {
    const mark = this.#top, result = work();
    this.#top = mark;
    return result;
  }

  take(size) {
    const at = Math.ceil(this.#top / 8) * 8;
    if (at + size > this.bytes.length) this.#grow(at + size);
    this.#top = at + size;
    return at;
  }

  zeroed(size) {
    const at = this.take(size);
    this.bytes.fill(0, at, at + size);
    return at;
  }

  /** An abide_text of a string or of bytes. */
  text(value) {
    const text = this.take(SIZE.text);
    const at = this.take(typeof value === 'string' ? value.length * 3 : value.length);
    const size = typeof value === 'string' ? encoder.encodeInto(value, this.bytes.subarray(at)).written : value.length;
    if (typeof value !== 'string') this.bytes.set(value, at);
    this.#top = at + size;
    this.view.setUint32(text, at, true);
    this.view.setUint32(text + 4, size, true);
    return text;
  }

  sizeOf(text) { return this.view.getUint32(text + 4, true); }

  textAt(text) { return this.stringAt(this.view.getUint32(text, true), this.sizeOf(text)); }

  stringAt(at, size) { return decoder.decode(this.bytes.subarray(at, at + size)); }

  /** The text that a function writes to its last argument. It must be a constant of the core: the string is cached. */
  constant(write, ...args) {
    const text = this.take(SIZE.text);
    write(...args, text);
    const key = this.view.getUint32(text, true) * 65536 + this.sizeOf(text);
    if (!this.#known.has(key)) this.#known.set(key, this.textAt(text));
    return this.#known.get(key);
  }

  // Times are written in two 32-bit halves, because the twin has no 64-bit integers.

  setTime(at, seconds) {
    this.view.setUint32(at, seconds >>> 0, true);
    this.view.setInt32(at + 4, Math.floor(seconds / 2 ** 32), true);
  }

  timeAt(at) { return this.view.getInt32(at + 4, true) * 2 ** 32 + this.view.getUint32(at, true); }

  #look() {
    this.bytes = new Uint8Array(this.c.memory.buffer);
    this.view = new DataView(this.c.memory.buffer);
  }

  #grow(end) {
    try {
      this.c.memory.grow(Math.ceil((end - this.bytes.length) / 65536));
    } catch { // reported below, because the twin does not throw
    }
    this.#look();
    if (end > this.bytes.length) throw new RangeError('abide: the text is too large');
  }
}
