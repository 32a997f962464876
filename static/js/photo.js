// Makes a chosen photo small before it leaves the phone: a camera's four megabytes take minutes on a weak signal, and tell
// where they were taken. Without this file, or for what the phone cannot open, the original is sent and the server does it.

const LONGEST_SIDE = 1280;
const MOST_BYTES = 200_000;

const draw = (image, scale) => {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  // White where the picture is transparent, as the server does; JPEG would make it black.
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
};

const encode = (canvas, type, quality) => new Promise((done) => canvas.toBlob(done, type, quality));

export async function shrink(file) {
  const image = await createImageBitmap(file);
  try {
    const first = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    for (let scale = first; ; scale *= 0.75) {
      const canvas = draw(image, scale);
      for (const quality of [0.75, 0.55, 0.4]) {
        let blob = await encode(canvas, "image/webp", quality);
        // A browser that cannot write WebP answers with PNG.
        if (blob?.type !== "image/webp") blob = await encode(canvas, "image/jpeg", quality);
        if (!blob) throw new Error("this canvas cannot be written");
        if (blob.size <= MOST_BYTES) return new File([blob], "foto", { type: blob.type });
      }
    }
  } finally {
    image.close();
  }
}

const working = new Map(); // form -> the shrinking that its sending waits for

function chosen(event) {
  const input = event.target;
  const [file] = input.files;
  if (!file) return;
  const work = shrink(file)
    .then((small) => {
      // Another one may have been chosen meanwhile.
      if (input.files[0] !== file) return;
      const files = new DataTransfer();
      files.items.add(small);
      input.files = files.files;
    })
    .catch(() => {}) // no picture, or too large for this phone: the server says what it thinks of it
    .finally(() => {
      if (working.get(input.form) === work) working.delete(input.form);
    });
  working.set(input.form, work);
}

async function sending(event) {
  const { target: form, submitter } = event;
  if (!working.has(form)) return;
  event.preventDefault();
  if (submitter) {
    if ("busy" in submitter.dataset) return;
    submitter.dataset.busy = "";
  }
  while (working.has(form)) await working.get(form);
  form.requestSubmit(submitter);
}

for (const input of document.querySelectorAll('input[type="file"]')) {
  input.addEventListener("change", chosen);
  // Before app.js, which takes a form that is sent for gone.
  input.form.addEventListener("submit", sending);
}
