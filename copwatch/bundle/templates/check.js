"use strict";
// The page's own check (docs/bundle.md, "Page"): SHA-256 of every file of the folder against the manifests of the bag,
// and the signature over them. Nothing is sent anywhere; the policy of the page forbids it.

// FIPS 180-4: the constants are the first bits behind the point of roots of primes.
const root = (value, power) => {
  let low = 0n, high = 1n << 72n;
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** power <= value) low = middle; else high = middle - 1n;
  }
  return low;
};
const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every(p => n % p)) primes.push(n);
const WORD = (1n << 64n) - 1n;
const BEGIN = primes.slice(0, 8).map(p => root(BigInt(p) << 128n, 2n) & WORD);
const ROUND = primes.map(p => root(BigInt(p) << 192n, 3n) & WORD);
const half = words => Int32Array.from(words, word => Number(word >> 32n));
const ROUND_32 = half(ROUND.slice(0, 64));

const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
const unhex = text => Uint8Array.from(text.match(/../g), pair => parseInt(pair, 16));

class Sha256 {
  constructor() {
    this.state = half(BEGIN);
    this.rest = new Uint8Array(64);
    this.words = new Int32Array(64);
    this.filled = this.length = 0;
  }

  update(data) {
    this.length += data.length;
    let at = 0;
    if (this.filled) {
      at = Math.min(64 - this.filled, data.length);
      this.rest.set(data.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled < 64) return;
      this.block(this.rest, 0);
    }
    for (; at + 64 <= data.length; at += 64) this.block(data, at);
    this.rest.set(data.subarray(at));
    this.filled = data.length - at;
  }

  block(data, at) {
    const w = this.words, s = this.state;
    for (let i = 0; i < 16; i++, at += 4)
      w[i] = data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const low = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const high = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[i] = w[i - 16] + low + w[i - 7] + high | 0;
    }
    let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (let i = 0; i < 64; i++) {
      const one = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const first = h + one + (e & f ^ ~e & g) + ROUND_32[i] + w[i] | 0;
      const two = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const second = two + (a & b ^ a & c ^ b & c) | 0;
      h = g; g = f; f = e; e = d + first | 0; d = c; c = b; b = a; a = first + second | 0;
    }
    s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
  }

  digest() {
    const bits = this.length * 8, end = new Uint8Array((this.filled < 56 ? 64 : 128) - this.filled);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(end.length - 4, bits % 2 ** 32);
    this.update(end);
    const out = new DataView(new ArrayBuffer(32));
    this.state.forEach((word, i) => out.setInt32(4 * i, word));
    return new Uint8Array(out.buffer);
  }
}

// Only for the few small files that are not evidence: whole 64-bit numbers are slow here.
const sha512 = data => {
  const length = Math.ceil((data.length + 17) / 128) * 128, all = new DataView(new ArrayBuffer(length));
  new Uint8Array(all.buffer).set(data);
  all.setUint8(data.length, 0x80);
  all.setBigUint64(length - 8, BigInt(data.length) * 8n);
  const turn = (x, n) => (x >> n | x << 64n - n) & WORD, w = new Array(80);
  let state = BEGIN;
  for (let at = 0; at < length; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = all.getBigUint64(at + 8 * i);
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15], y = w[i - 2];
      const low = turn(x, 1n) ^ turn(x, 8n) ^ x >> 7n, high = turn(y, 19n) ^ turn(y, 61n) ^ y >> 6n;
      w[i] = w[i - 16] + low + w[i - 7] + high & WORD;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const one = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const first = h + one + (e & f ^ ~e & WORD & g) + ROUND[i] + w[i];
      const second = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + (a & b ^ a & c ^ b & c);
      [a, b, c, d, e, f, g, h] = [first + second & WORD, a, b, c, d + first & WORD, e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => word + state[i] & WORD);
  }
  return unhex(state.map(word => word.toString(16).padStart(16, "0")).join(""));
};

// RFC 8032, 5.1.7, in extended coordinates (RFC 8032, 5.1.4).
const P = (1n << 255n) - 19n, ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const mod = x => (x %= P) < 0n ? x + P : x;
const power = (base, exponent) => {
  let out = 1n;
  for (base = mod(base); exponent; exponent >>= 1n, base = mod(base * base)) if (exponent & 1n) out = mod(out * base);
  return out;
};
const inverse = x => power(x, P - 2n);
const D = mod(-121665n * inverse(121666n));
const number = bytes => BigInt("0x" + hex(Uint8Array.from(bytes).reverse()));
const point = bytes => {
  const all = number(bytes), y = all & (1n << 255n) - 1n, u = mod(y * y - 1n), v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n % P * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x) !== u) x = mod(x * power(2n, (P - 1n) / 4n));
  if (y >= P || mod(v * x * x) !== u || (x === 0n && all >> 255n)) return null;
  if (x & 1n ^ all >> 255n) x = P - x;
  return [x, y, 1n, mod(x * y)];
};
const add = ([a, b, c, d], [e, f, g, h]) => {
  const one = mod((b - a) * (f - e)), two = mod((b + a) * (f + e)), three = mod(2n * d * D * h), four = mod(2n * c * g);
  const [p, q, r, s] = [two - one, four - three, four + three, two + one];
  return [mod(p * q), mod(r * s), mod(q * r), mod(p * s)];
};
const times = (scalar, base) => {
  let out = [0n, 1n, 1n, 0n];
  for (; scalar; scalar >>= 1n, base = add(base, base)) if (scalar & 1n) out = add(out, base);
  return out;
};
const signed = (message, key, signature) => {
  const from = point(key), sent = point(signature.subarray(0, 32)), scalar = number(signature.subarray(32));
  if (!from || !sent || scalar >= ORDER) return false;
  const hashed = sha512(Uint8Array.from([...signature.subarray(0, 32), ...key, ...message]));
  const base = point(Uint8Array.from([0x58, ...new Array(31).fill(0x66)]));
  const left = times(scalar, base), right = add(sent, times(number(hashed) % ORDER, from));
  return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
};

const TAGS = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"];
const TAG_MANIFESTS = ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"], SIGNATURE = "tagmanifest-sha256.txt.sig.json";
const LITTER = /^(thumbs\.db|desktop\.ini|\.ds_store|\._.*)$/i;
const SIGNED = /^\{"alg":"ed25519","bundle":1,"key":"([0-9a-f]{64})","sig":"([0-9a-f]{128})"\}\n$/;
const LARGEST_TAG = 64 * 2 ** 20;

const bytesOf = async file => new Uint8Array(await file.arrayBuffer());
const textOf = bytes => new TextDecoder("utf-8", {fatal: true, ignoreBOM: true}).decode(bytes);

// Hashes by path, or null where it is no manifest that copwatch writes.
const manifest = (bytes, length) => {
  const found = new Map(), line = new RegExp(`^([0-9a-f]{${length}})  ([^\\r\\n%]+)$`);
  let lines;
  try { lines = textOf(bytes).split("\n"); } catch { return null; }
  if (lines.pop() !== "") return null;
  for (const each of lines) {
    const match = line.exec(each);
    if (!match || found.has(match[2])) return null;
    found.set(match[2], match[1]);
  }
  return found;
};

// The files of the bag by path, out of whatever was dropped: the folder itself, or one that it stands in.
const bagIn = files => {
  const roots = [...files.keys()].filter(path => /(^|\/)bagit\.txt$/.test(path)).map(path => path.slice(0, -9));
  const depth = path => path.split("/").length, least = Math.min(...roots.map(depth));
  const [prefix, ...more] = roots.filter(path => depth(path) === least);
  if (prefix === undefined || more.length) return null;
  const inside = [...files].filter(([path]) => path.startsWith(prefix)).map(([path, file]) => [path.slice(prefix.length), file]);
  const bag = new Map(inside);
  for (const [path, file] of inside) {
    // Some systems give names back with their accents taken apart.
    const name = path.normalize("NFC");
    if (!bag.has(name)) { bag.delete(path); bag.set(name, file); }
  }
  return bag;
};

const sha256 = async (file, advance) => {
  const state = new Sha256(), reader = file.stream().getReader();
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return hex(state.digest());
    state.update(value);
    await advance(value.length);
  }
};

// What is wrong with a bag, one sentence each; `key` is the device that has to have signed it, or empty for none.
const check = async (bag, key, advance) => {
  const wrong = [], small = new Map();
  for (const name of [...TAGS, ...TAG_MANIFESTS, ...(key ? [SIGNATURE] : [])]) {
    const file = bag.get(name);
    if (file && file.size <= LARGEST_TAG) small.set(name, await bytesOf(file));
    else wrong.push([name, file ? "is too large" : bag.has(name) ? "cannot be read" : "is missing"]);
  }
  if (wrong.length) return wrong;
  TAG_MANIFESTS.forEach((name, i) => {
    const listed = manifest(small.get(name), i ? 128 : 64);
    if (!listed || [...listed.keys()].join() !== TAGS.join()) wrong.push([name, "is not of its form"]);
    else for (const tag of TAGS) {
      const state = new Sha256();
      state.update(small.get(tag));
      const found = hex(i ? sha512(small.get(tag)) : state.digest());
      if (found !== listed.get(tag)) wrong.push([tag, `is not what ${name} says`]);
    }
  });
  if (key) {
    let found = null;
    try { found = SIGNED.exec(textOf(small.get(SIGNATURE))); } catch { /* not UTF-8 */ }
    const said = new TextEncoder().encode("copwatch/v1/bundle\n");
    const message = Uint8Array.from([...said, ...small.get(TAG_MANIFESTS[0])]);
    if (!found) wrong.push([SIGNATURE, "is not of its form"]);
    else if (found[1] !== key) wrong.push([SIGNATURE, "is by another device than this page names"]);
    else if (!signed(message, unhex(key), unhex(found[2]))) wrong.push([SIGNATURE, "does not hold"]);
  }
  const payload = manifest(small.get(TAGS[2]), 64);
  if (!payload) return [...wrong, [TAGS[2], "is not of its form"]];
  for (const [path, expected] of payload) {
    const file = bag.get(path);
    try {
      if (!file) wrong.push([path, bag.has(path) ? "cannot be read" : "is missing"]);
      else if (await sha256(file, advance) !== expected) wrong.push([path, "is not what the manifest says"]);
    } catch (error) {
      if (error instanceof Stopped) throw error;
      wrong.push([path, "cannot be read"]);
    }
  }
  for (const path of bag.keys())
    if (!payload.has(path) && !small.has(path) && !LITTER.test(path.split("/").pop())) wrong.push([path, "does not belong here"]);
  return wrong;
};

class Stopped extends Error {}

// What was dropped, where a browser does not leave that to the field. What cannot be read is null.
const dropped = async transfer => {
  const files = new Map(), entries = [...transfer.items].map(item => item.webkitGetAsEntry()).filter(entry => entry);
  const entered = async (entry, path) => {
    if (entry.isFile) files.set(path, await new Promise(given => entry.file(given, () => given(null))));
    else for (const reader = entry.createReader();;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) break;
      for (const each of some) await entered(each, `${path}/${each.name}`);
    }
  };
  for (const entry of entries) await entered(entry, entry.name);
  return files;
};

// Chromium gives a local page no entries, and of handles only those with usual names; but a field takes a whole folder.
const LEFT_TO_THE_FIELD = "getAsFileSystemHandle" in DataTransferItem.prototype;

const shown = path => path.replace(/[^\x20-\x7e\u00a0-\u024f\u0370-\u058f\u3040-\u9fff\uac00-\ud7a3]/g,
  char => "\\u" + char.charCodeAt(0).toString(16).padStart(4, "0"));
const MOST_SHOWN = 200;

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("check"), input = document.getElementById("check-folder");
  const bar = document.getElementById("check-bar"), said = document.getElementById("check-said");
  const list = document.getElementById("check-wrong"), key = place.dataset.key;
  let run = 0;
  place.hidden = false;

  const start = async gathered => {
    const mine = ++run;
    list.replaceChildren();
    place.classList.remove("wrong", "good");
    said.textContent = "Reading the folder.";
    try {
      const bag = bagIn(await gathered);
      if (mine !== run) return;
      if (!bag) {
        said.textContent = "This is not one bundle: choose the folder that has bagit.txt in it.";
        return;
      }
      const total = [...bag.values()].reduce((sum, file) => sum + (file ? file.size : 0), 0);
      let done = 0, told = 0;
      bar.hidden = false;
      const wrong = await check(bag, key, async count => {
        done += count;
        if (performance.now() - told > 100) {
          bar.value = total ? done / total : 1;
          told = performance.now();
          await new Promise(later => setTimeout(later));
        }
        if (mine !== run) throw new Stopped();
      });
      finish(bag, total, wrong);
    } catch (error) {
      if (mine !== run) return;
      place.classList.add("wrong");
      said.textContent = "It could not be read, so nothing is known of it. See HOW-TO-VERIFY.txt for another way.";
    } finally {
      if (mine === run) bar.hidden = true;
    }
  };

  const finish = (bag, total, wrong) => {
    const inData = [...bag.keys()].filter(path => path.startsWith("data/")).length;
    const files = `${inData.toLocaleString("en")} files in data and ${bag.size - inData} that list them`;
    const many = `${files}, ${(total / 1e6).toLocaleString("en", {maximumFractionDigits: 1})} MB`;
    place.classList.add(wrong.length ? "wrong" : "good");
    if (!wrong.length) {
      said.textContent = `Whole: ${many}. Every file is what the manifests say, none is missing and none was added` +
        (key ? ", and the signature of the exporting device over them holds." : ".");
      return;
    }
    said.textContent = `NOT WHOLE: ${wrong.length.toLocaleString("en")} do not hold, of ${many}.`;
    for (const [path, why] of wrong.slice(0, MOST_SHOWN)) {
      const row = document.createElement("li"), name = document.createElement("code");
      name.textContent = shown(path);
      row.append(name, ` ${why}`);
      list.append(row);
    }
    if (wrong.length > MOST_SHOWN) list.append(Object.assign(document.createElement("li"), {textContent: "and more"}));
  };

  input.addEventListener("change", () => {
    const files = new Map([...input.files].map(file => [file.webkitRelativePath || file.name, file]));
    if (files.size) start(Promise.resolve(files));
  });
  document.addEventListener("dragenter", () => place.classList.add("over"));
  document.addEventListener("dragover", event => { if (event.target !== input) event.preventDefault(); });
  document.addEventListener("dragleave", event => { if (!event.relatedTarget) place.classList.remove("over"); });
  document.addEventListener("drop", event => {
    place.classList.remove("over");
    if (event.target === input && LEFT_TO_THE_FIELD) return;
    event.preventDefault();
    if (!LEFT_TO_THE_FIELD) start(dropped(event.dataTransfer));
  });
  if (LEFT_TO_THE_FIELD) input.classList.add("everywhere");
});
