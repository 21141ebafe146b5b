// Tells the server the person's time zone, so that it can word times ("today 15:00") as they would.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = document.cookie.split("; ").some((pair) => pair === `pta_zone=${encodeURIComponent(zone)}`);
if (zone && !known) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `pta_zone=${encodeURIComponent(zone)}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
}
