// A client of NetServer as npm's soap makes one of SuperOffice's WSDL:
//
//   node client.js ServicesNN LICENSE.wsdl SOPRINCIPAL.wsdl BASE < secrets
//
// It reads the application token, the user and the password from standard input, one a line, calls every operation that reads and
// prints for each its name, a tab, and what it brought.
'use strict';
const fs = require('fs');
const soap = require('soap');

const [services, license, principal, base] = process.argv.slice(2);
const version = Number(services.slice('Services'.length));
const space = 'http://www.superoffice.net/ws/crm/NetServer/' + services;
const [token, user, password] = fs.readFileSync(0, 'utf8').split('\n');

const list = (x) => (x === undefined || x === null ? [] : Array.isArray(x) ? x : [x]);
const day = (d) => (d ? new Date(d).toLocaleDateString('sv') : '(nil)');
const licence = (x) => {
  const l = x && x.Current;
  if (!l) return '(nil)';
  const uses = list(x.ExtendedModuleLicenses && x.ExtendedModuleLicenses.ExtendedModuleLicense);
  return [l.OwnerName, l.CompanyName, l.SerialNr, day(l.ExpiryDate), day(l.GraceDate),
    ...uses.map((u) => (u.Current ? u.Current.ModuleName : '(nil)') + '=' + u.NumberOfLicensesInUse + '/' + u.NumberOfLicensesTotal)].join(' ');
};
const seats = (x) => list(x && x.ModuleLicenseLink).map((s) => s.Name + '=' + s.InUse + '/' + s.Total + ' ').join('');
const owners = (x) => list(x && x.LicenseOwner).map((o) => o.Name + ': ' + seats(o.RestrictedModuleLicenses) + seats(o.UnrestrictedModuleLicenses)).join('');

async function main() {
  const connect = async (wsdl, name, headers) => {
    const c = await soap.createClientAsync(wsdl, { endpoint: base + name + '.svc' });
    c.setEndpoint(base + name + '.svc');
    for (const [key, value] of Object.entries(headers)) c.addSoapHeader({ [key]: value }, '', 'tns', space);
    return c;
  };
  const tell = async (client, op, args, show) => {
    let line, result;
    try {
      const [answer, , headers] = await client[op + 'Async'](args);
      result = answer || {};
      line = headers && String(headers.Succeeded) === 'false' ? 'refused: ' + headers.ExceptionInfo.ExceptionType : String(show(result));
    } catch (e) {
      line = 'failed: ' + e.message;
    }
    console.log(op + '\t' + line.replaceAll('\n', ' '));
    return result;
  };
  const signedIn = (r) => r.AuthenticationSucceeded + ' ' +
    (r.Response ? [r.Response.Associate, ...list(r.Response.FunctionRights && r.Response.FunctionRights.string)].join(' ') : '(nil)');

  const p = await connect(principal, 'SoPrincipal', { ApplicationToken: token });
  await tell(p, 'GetSystemInfo', {}, (r) => (r.SystemInfo && r.SystemInfo.License ? r.SystemInfo.License.SerialNr + ' ' + r.SystemInfo.FileVersion : '(nil)'));
  await tell(p, 'AuthenticateImplicit', {}, signedIn);
  if (version >= 86) await tell(p, 'AuthenticateWithAccessToken', { AccessToken: '8A:none' }, signedIn);
  const session = await tell(p, 'AuthenticateUsernamePassword', { UserName: user, Password: password }, signedIn);

  const l = await connect(license, 'License', { ApplicationToken: token, Credentials: { Ticket: session.Credentials.Ticket } });
  await tell(l, 'GetLicenseStatusFromLicenseServer', { OwnerName: 'SUPEROFFICE' }, (r) => [r.Response.LicenseStatus, r.Response.Message, r.Response.Url].join(' '));
  await tell(l, 'GetLicenseForAllOwnersFromDB', {}, (r) => list(r.Response && r.Response.ExtendedLicenseInfo).map((x) => licence(x) + '; ').join(''));
  await tell(l, 'GetLicenseFromDB', { OwnerName: 'SUPEROFFICE' }, (r) => licence(r.Response));
  const fresh = await tell(l, 'GetLicenseFromLicenseServer', { OwnerName: 'SUPEROFFICE' }, (r) => licence(r.Response));
  const use = list(fresh.Response.ExtendedModuleLicenses.ExtendedModuleLicense)[0];
  const back = posted(fresh.Response);
  await tell(l, 'ValidateLicenseInfo', { LicenseInfo: back }, (r) => [r.Response.Succeeded, r.Response.Reason].join(' '));
  await tell(l, 'GetModuleLicenseHistoryFromLicenseServer', { LicenseInfo: back, ModuleLicense: use }, (r) => r.Response);
  await tell(l, 'GetModuleLicenseFromDB', { OwnerName: 'SUPEROFFICE', ModuleName: use.Current.ModuleName }, (r) => (r.Response ? r.Response.ModuleName : '(nil)'));
  await tell(l, 'GetLicenseFromFile', { FileContent: '<no licence/>' }, (r) => licence(r.Response));
  await tell(l, 'GetShopUrl', { OwnerName: 'SUPEROFFICE' }, (r) => r.Response);
  await tell(l, 'GetUserLicenses', { AssociateId: 11 }, (r) => owners(r.Response));
  await tell(l, 'GetSatelliteLicenses', { SatelliteId: 0 }, (r) => owners(r.Response));
  await tell(l, 'GetUserLicensesMDOList', {}, (r) => list(r.Response && r.Response.SelectableMDOListItem).map((i) => i.Name + ' ').join(''));
  await tell(l, 'GetThirdPartyLicenseAssignments', { AssociateId: 11, ModuleOwner: 'ACME' }, (r) => seats(r.Response));
  if (version >= 88) {
    await tell(l, 'GetUserAndInstallationLicenceStatus', { AssociateId: 11 }, (r) => (r.Response ? r.Response.SerialNr + ' ' + day(r.Response.ExpiryDate) : '(nil)'));
    await tell(l, 'GetFencingInfo', {}, (r) => (r.Response ? r.Response.ActiveCount + '/' + r.Response.Maximum : '(nil)'));
  }
}

// posted is a licence as it may be sent back: dates as WCF writes them, and the members of Key, which npm's soap does not know to
// be of another namespace.
function posted(licence) {
  const date = (d) => (d instanceof Date ? d.toISOString().replace(/\..*/, '') : d);
  const walk = (x, name) => {
    if (x instanceof Date) return date(x);
    if (Array.isArray(x)) return x.map((e) => walk(e, name));
    if (x === null || typeof x !== 'object') return x;
    const members = Object.fromEntries(Object.entries(x).filter(([k]) => k !== 'attributes').map(([k, v]) => [k, walk(v, k)]));
    if (name !== 'Key') return members;
    const nil = { attributes: { 'i:nil': 'true' } };
    const key = { attributes: { 'xmlns:c': 'http://schemas.datacontract.org/2004/07/System.Security.Cryptography', 'xmlns:i': 'http://www.w3.org/2001/XMLSchema-instance' } };
    for (const m of ['Counter', 'G', 'J', 'P', 'Q', 'Seed', 'Y']) key['c:' + m] = members[m] ?? nil;
    return key;
  };
  return walk(licence, '');
}

main().catch((e) => { console.error(e); process.exit(1); });
