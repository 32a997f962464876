// Makes a chosen photo small before it leaves the phone: a camera's four megabytes take minutes on a weak signal, and tell
// where they were taken. Without this file, or when anything here fails, the original is sent and the server does it.
//
//   <input type="file" data-photo data-preview="picture">   also shows it in the element with this id
//   <form data-autosubmit>                                  sends itself as soon as the photo is small

const LONGEST_SIDE = 1280;
const MOST_BYTES = 200_000;
const PATIENCE = 15_000; // milliseconds; then it goes as it is

const jobs = new Map(); // input -> the shrinking of what was chosen in it
const held = new Set(); // forms that were sent before that was done

function draw(image, scale) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  // White where the picture is transparent, as the server does; JPEG would make it black.
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function encode(canvas, quality) {
  for (const type of ["image/webp", "image/jpeg"]) {
    const blob = await new Promise((done) => canvas.toBlob(done, type, quality));
    // A browser that cannot write WebP answers with PNG.
    if (blob?.type === type) return blob;
  }
  throw new Error("this canvas cannot be written");
}

async function shrink(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const first = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
    for (let scale = first; ; scale *= 0.75) {
      const canvas = draw(image, scale);
      for (const quality of [0.7, 0.55, 0.4]) {
        const blob = await encode(canvas, quality);
        if (blob.size <= MOST_BYTES) return new File([blob], `foto.${blob.type.slice(6)}`, { type: blob.type });
      }
    }
  } finally {
    image.close();
  }
}

async function replace(input) {
  const chosen = [...input.files];
  const small = new DataTransfer();
  // What is no picture, or too large for this phone, stays: the server says what it thinks of it.
  for (const file of chosen) small.items.add(await shrink(file).catch(() => file));
  // Others may have been chosen meanwhile.
  if (chosen.length === input.files.length && chosen.every((file, n) => file === input.files[n])) input.files = small.files;
}

function show(input) {
  const place = document.getElementById(input.dataset.preview);
  if (!place || !input.files.length) return;
  const image = place.matches("img") ? place : new Image();
  if (image !== place) {
    image.alt = "";
    place.replaceChildren(image);
  }
  const address = URL.createObjectURL(input.files[0]);
  image.onload = image.onerror = (event) => {
    place.hidden = event.type === "error";
    URL.revokeObjectURL(address);
  };
  image.src = address;
}

async function chosen(input) {
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const job = Promise.race([replace(input), late]).catch(() => {});
  jobs.set(input, job);
  await job;
  if (jobs.get(input) !== job) return; // another one was chosen
  jobs.delete(input);
  show(input);
  const { form } = input;
  if (form && "autosubmit" in form.dataset && input.files.length && !held.has(form)) form.requestSubmit();
}

async function sending(event) {
  const { target: form, submitter } = event;
  const unfinished = () => [...jobs].filter(([input]) => input.form === form).map(([, job]) => job);
  if (!unfinished().length) return;
  event.preventDefault();
  // Nor may app.js take the form for gone.
  event.stopImmediatePropagation();
  if (held.has(form)) return;
  held.add(form);
  if (submitter) submitter.dataset.busy = "";
  while (unfinished().length) await Promise.all(unfinished());
  if (submitter) delete submitter.dataset.busy;
  held.delete(form);
  form.requestSubmit(submitter);
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("input[type=file]:is([data-photo], [data-previews])")) chosen(event.target);
});
document.addEventListener("submit", sending, true);
