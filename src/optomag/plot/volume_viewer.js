// Turns a box with a surface and arrows in it. Reads the numbers of its page; draws with WebGL, labels with a canvas.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("scene").textContent);
  const frame = document.getElementById("view"), still = frame.querySelector("img");
  const [paper, glass] = frame.querySelectorAll("canvas");
  const gl = glass.getContext("webgl", { alpha: true, antialias: true, premultipliedAlpha: true });
  if (!gl) return; // the still picture stays
  const bytes = text => Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer;

  const shader = (kind, text) => {
    const part = gl.createShader(kind);
    gl.shaderSource(part, text);
    gl.compileShader(part);
    return part;
  };
  const program = gl.createProgram();
  gl.attachShader(program, shader(gl.VERTEX_SHADER, `
    attribute vec3 place, normal, colour; uniform mat3 turn; uniform vec2 fit; uniform float deep; varying vec3 lit;
    void main() {
      vec3 p = turn * place;
      float light = 0.62 + 0.38 * abs(dot(normalize(turn * normal), normalize(vec3(0.35, 0.55, 0.8))));
      lit = colour * light;
      gl_Position = vec4(p.xy * fit, -p.z * deep, 1.0);
    }`));
  gl.attachShader(program, shader(gl.FRAGMENT_SHADER, `
    precision mediump float; varying vec3 lit; uniform float opacity;
    void main() { gl_FragColor = vec4(lit * opacity, opacity); }`));
  gl.linkProgram(program);
  gl.useProgram(program);

  const buffer = (kind, values) => {
    const made = gl.createBuffer();
    gl.bindBuffer(kind, made);
    gl.bufferData(kind, values, gl.STATIC_DRAW);
    return made;
  };
  const solid = mesh => {
    const shade = new Uint8Array(bytes(mesh.colours)), rgb = new Uint8Array(3 * shade.length);
    shade.forEach((n, i) => rgb.set(data.palette[n], 3 * i));
    const faces = new Uint16Array(bytes(mesh.faces)), corners = new Uint16Array(bytes(mesh.corners));
    const at = new Float32Array(corners.length);
    corners.forEach((n, i) => { at[i] = data.size[i % 3] * (n / 65535 - 0.5); });
    return {
      count: faces.length,
      place: buffer(gl.ARRAY_BUFFER, at),
      normal: buffer(gl.ARRAY_BUFFER, new Int8Array(bytes(mesh.normals))),
      colour: buffer(gl.ARRAY_BUFFER, rgb),
      faces: buffer(gl.ELEMENT_ARRAY_BUFFER, faces),
    };
  };
  const attributes = [["place", gl.FLOAT, false], ["normal", gl.BYTE, true], ["colour", gl.UNSIGNED_BYTE, true]];
  const paint = (parts, opacity) => parts.forEach(part => {
    for (const [name, kind, whole] of attributes) {
      const slot = gl.getAttribLocation(program, name);
      gl.bindBuffer(gl.ARRAY_BUFFER, part[name]);
      gl.enableVertexAttribArray(slot);
      gl.vertexAttribPointer(slot, 3, kind, whole, 0, 0);
    }
    gl.uniform1f(gl.getUniformLocation(program, "opacity"), opacity);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, part.faces);
    gl.drawElements(gl.TRIANGLES, part.count, gl.UNSIGNED_SHORT, 0);
  });

  const arrows = data.arrows.map(solid), surfaces = data.surfaces.map(parts => parts.map(solid));
  const half = data.size.map(side => side / 2), radius = Math.hypot(...half);
  const times = (a, b) => a.map((_, i) => b[0].map((_, j) => a[i].reduce((sum, x, k) => sum + x * b[k][j], 0)));
  let turn = data.view, zoom = 1, shown = 0;

  const draw = () => {
    const wide = frame.clientWidth, tall = frame.clientHeight, dots = window.devicePixelRatio || 1;
    for (const canvas of [paper, glass]) {
      canvas.width = wide * dots;
      canvas.height = tall * dots;
    }
    // The whole box with its labels lies inside the frame, however it is turned.
    const reach = n => turn[n].reduce((sum, part, k) => sum + Math.abs(part) * half[k], 0);
    const scale = zoom * Math.min((wide / 2 - 62) / reach(0), (tall / 2 - 50) / reach(1));
    gl.viewport(0, 0, glass.width, glass.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.uniformMatrix3fv(gl.getUniformLocation(program, "turn"), false, [0, 1, 2].flatMap(j => turn.map(row => row[j])));
    gl.uniform2f(gl.getUniformLocation(program, "fit"), 2 * scale / wide, 2 * scale / tall);
    gl.uniform1f(gl.getUniformLocation(program, "deep"), 0.5 / radius);
    gl.disable(gl.BLEND);
    paint(arrows, 1);
    if (shown < surfaces.length) {
      gl.colorMask(false, false, false, false); // the nearest layer alone shines
      paint(surfaces[shown], 1);
      gl.colorMask(true, true, true, true);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      paint(surfaces[shown], data.opacity);
    }
    const pen = paper.getContext("2d");
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, wide, tall);
    axes(pen, p => {
      const [x, y] = turn.map(row => row.reduce((sum, part, k) => sum + part * p[k], 0));
      return [wide / 2 + scale * x, tall / 2 - scale * y];
    });
  };

  // The three faces behind with their grid, and ticks along edges of the outline.
  const axes = (pen, onto) => {
    const away = [0, 1, 2].map(k => (turn[2][k] > 0 ? -1 : 1)); // the side of each axis behind
    const line = (a, b) => { pen.beginPath(); pen.moveTo(...onto(a)); pen.lineTo(...onto(b)); pen.stroke(); };
    const point = (i, u, j, v, k, w) => { const p = [0, 0, 0]; p[i] = u; p[j] = v; p[k] = w; return p; };
    const middle = onto([0, 0, 0]);
    pen.font = "12px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let i = 0; i < 3; i++) {
      const [j, k] = [(i + 1) % 3, (i + 2) % 3];
      pen.strokeStyle = "#ddd";
      for (const [at] of data.ticks[i]) {
        line(point(i, at, j, away[j] * half[j], k, -half[k]), point(i, at, j, away[j] * half[j], k, half[k]));
        line(point(i, at, k, away[k] * half[k], j, -half[j]), point(i, at, k, away[k] * half[k], j, half[j]));
      }
      pen.strokeStyle = "#888";
      for (const [u, v] of [[1, 1], [1, -1], [-1, 1]])
        line(point(i, -half[i], j, u * away[j] * half[j], k, v * away[k] * half[k]),
          point(i, half[i], j, u * away[j] * half[j], k, v * away[k] * half[k]));
      // Of the two edges of the outline, the lower one, or the one farther left.
      const edges = [[1, -1], [-1, 1]].map(([u, v]) => [u * away[j] * half[j], v * away[k] * half[k]]);
      const seen = edges.map(([u, v]) => onto(point(i, 0, j, u, k, v)));
      const low = seen[0][1] - 0.3 * seen[0][0] > seen[1][1] - 0.3 * seen[1][0] ? 0 : 1;
      const [u, v] = edges[low], from = onto(point(i, -half[i], j, u, k, v)), to = onto(point(i, half[i], j, u, k, v));
      const along = [to[0] - from[0], to[1] - from[1]], size = Math.hypot(...along);
      if (size < 30) continue; // seen end on
      let out = [-along[1] / size, along[0] / size];
      if (out[0] * (seen[low][0] - middle[0]) + out[1] * (seen[low][1] - middle[1]) < 0) out = out.map(x => -x);
      pen.fillStyle = "#444";
      let last = null;
      for (const [at, text] of data.ticks[i]) {
        const p = onto(point(i, at, j, u, k, v)), q = [p[0] + 14 * out[0], p[1] + 12 * out[1]];
        if (last && Math.hypot(q[0] - last[0], q[1] - last[1]) < 26) continue;
        pen.fillText(text, ...q);
        last = q;
      }
      pen.fillStyle = "#000";
      pen.fillText(data.names[i], seen[low][0] + 36 * out[0], seen[low][1] + 30 * out[1]);
    }
  };

  const rotate = (across, down) => {
    const [c, s, d, t] = [Math.cos(across), Math.sin(across), Math.cos(down), Math.sin(down)];
    turn = times([[c, 0, s], [0, 1, 0], [-s, 0, c]], turn);
    turn = times([[1, 0, 0], [0, d, -t], [0, t, d]], turn);
    draw();
  };
  const grow = by => { zoom = Math.min(8, Math.max(0.4, zoom * by)); draw(); };
  let held = null;
  glass.addEventListener("pointerdown", e => { held = [e.clientX, e.clientY]; glass.setPointerCapture(e.pointerId); });
  glass.addEventListener("pointermove", e => {
    if (!held) return;
    rotate((e.clientX - held[0]) / 120, (e.clientY - held[1]) / 120);
    held = [e.clientX, e.clientY];
  });
  for (const end of ["pointerup", "pointercancel"]) glass.addEventListener(end, () => { held = null; });
  glass.addEventListener("wheel", e => { e.preventDefault(); grow(Math.exp(-e.deltaY / 600)); }, { passive: false });
  const keys = {
    ArrowLeft: () => rotate(-0.15, 0), ArrowRight: () => rotate(0.15, 0),
    ArrowUp: () => rotate(0, -0.15), ArrowDown: () => rotate(0, 0.15),
    "+": () => grow(1.2), "=": () => grow(1.2), "-": () => grow(1 / 1.2),
    0: () => { turn = data.view; zoom = 1; draw(); },
  };
  glass.addEventListener("keydown", e => { if (keys[e.key]) { e.preventDefault(); keys[e.key](); } });
  const buttons = [...document.querySelectorAll("#surfaces button")];
  buttons.forEach((button, n) => button.addEventListener("click", () => {
    shown = n;
    buttons.forEach(other => other.setAttribute("aria-pressed", other === button));
    draw();
  }));
  still.hidden = true;
  document.body.classList.add("alive");
  new ResizeObserver(draw).observe(frame);
  draw();
})();
