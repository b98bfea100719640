// Runs the engines in a worker. The page sends the program once, packed in pieces or compiled,
// and then requests; what comes back is a message of package race as JSON, or the compiled program.
const pieces = [];
onmessage = async e => {
  if (typeof e.data === "string") return race(e.data);
  try {
    let module = e.data.module;
    if (!module) {
      const text = atob(e.data.piece), bytes = new Uint8Array(text.length);
      for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
      pieces.push(bytes);
      if (!e.data.last) return;
      const plain = new Blob(pieces).stream().pipeThrough(new DecompressionStream("gzip"));
      pieces.length = 0;
      module = await WebAssembly.compileStreaming(new Response(plain, { headers: { "Content-Type": "application/wasm" } }));
      postMessage(module);
    }
    const go = new Go();
    await go.run(await WebAssembly.instantiate(module, go.importObject));
  } catch (err) {
    postMessage(JSON.stringify({ kind: "error", error: String(err) }));
  }
};
