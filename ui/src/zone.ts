// The reader's time zone, for the server to write times in. A preference of display, not a secret.

export function tellZone(): void {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = /(?:^|; )fairhand_zone=([^;]*)/.exec(document.cookie)?.[1];
  if (zone && told !== encodeURIComponent(zone)) {
    document.cookie = `fairhand_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
  }
}
