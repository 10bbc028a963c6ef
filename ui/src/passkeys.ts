// Passkeys: the browser makes or uses one, and the form hands in what it says. Written against the standard alone.

type Bytes = ArrayBuffer;
interface Described {
  id: string;
  type: PublicKeyCredentialType;
  transports?: AuthenticatorTransport[];
}

function toBytes(text: string): Bytes {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at += 1) bytes[at] = plain.charCodeAt(at);
  return bytes.buffer;
}

function toText(bytes: Bytes | null): string | undefined {
  if (bytes === null) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function described(list: Described[] | undefined): PublicKeyCredentialDescriptor[] {
  return (list ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));
}

async function made(options: any): Promise<object> {
  const wanted = options.publicKey;
  const key = (await navigator.credentials.create({
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      user: { ...wanted.user, id: toBytes(wanted.user.id) },
      excludeCredentials: described(wanted.excludeCredentials),
      // A passkey is found without a name being typed, and asks for finger, face or PIN.
      authenticatorSelection: {
        ...wanted.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      },
    },
  })) as PublicKeyCredential;
  const answer = key.response as AuthenticatorAttestationResponse;
  return told(key, {
    attestationObject: toText(answer.attestationObject),
    clientDataJSON: toText(answer.clientDataJSON),
    transports: answer.getTransports(),
  });
}

async function used(options: any): Promise<object> {
  const wanted = options.publicKey;
  const key = (await navigator.credentials.get({
    publicKey: {
      ...wanted,
      challenge: toBytes(wanted.challenge),
      allowCredentials: described(wanted.allowCredentials),
    },
  })) as PublicKeyCredential;
  const answer = key.response as AuthenticatorAssertionResponse;
  return told(key, {
    authenticatorData: toText(answer.authenticatorData),
    clientDataJSON: toText(answer.clientDataJSON),
    signature: toText(answer.signature),
    userHandle: toText(answer.userHandle),
  });
}

function told(key: PublicKeyCredential, response: object): object {
  return {
    id: key.id,
    rawId: toText(key.rawId),
    type: key.type,
    authenticatorAttachment: key.authenticatorAttachment,
    clientExtensionResults: key.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form: HTMLFormElement): Promise<any> {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsFrom ?? form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
}

/** `<form data-passkey="get|create">`: its button works once this script runs; what fails is said in the form. */
export function usePasskey(form: HTMLFormElement): void {
  const button = form.querySelector("button");
  const field = form.elements.namedItem("credential");
  const failed = form.querySelector<HTMLElement>("[data-passkey-failed]");
  if (!button || !(field instanceof HTMLInputElement)) return;
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    if (failed) failed.hidden = true;
    try {
      const options = await optionsOf(form);
      field.value = JSON.stringify(form.dataset.passkey === "create" ? await made(options) : await used(options));
      form.submit();
    } catch {
      // Refused, timed out, or none there: the browser doesn't tell which, so that pages can't find out.
      if (failed) failed.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}
