// A NetServer as npm's soap makes one of SuperOffice's WSDL:
//
//   node netserver.js ServicesNN LICENSE.wsdl SOPRINCIPAL.wsdl
//
// It prints the port that it listens on, and answers until it is killed. What it answers is what foreign_test.go expects; a licence
// that is posted back is answered with what arrived of it.
'use strict';
const fs = require('fs');
const http = require('http');
const soap = require('soap');

const [services, license, principal] = process.argv.slice(2);
const version = Number(services.slice('Services'.length));
const space = 'http://www.superoffice.net/ws/crm/NetServer/' + services;

const plan = (owner, name) => ({
  OwnerName: owner, ModuleName: name, ModuleDescription: 'Sales <Premium> & more', ModuleTooltip: '', ModuleVersion: '11.11',
  LicenseType: 'UserLicense', Unrestricted: false, AllowedUserType: 'InternalAssociate', NumberOfLicenses: 21, ExtraFlags: 1,
  ExtraInfo: 'set=user,web', SortOrder: 73, IsHidden: false, Signature: 'MCwCFA==',
});

const base64 = (s) => Buffer.from(s).toString('base64');
const cryptography = 'http://schemas.datacontract.org/2004/07/System.Security.Cryptography';

// The members of Key are of another namespace, which npm's soap has to be told, and must all be there.
const key = () => ({
  attributes: { 'xmlns:c': cryptography, 'xmlns:i': 'http://www.w3.org/2001/XMLSchema-instance' },
  'c:Counter': 7, 'c:G': base64('generator'), 'c:J': { attributes: { 'i:nil': 'true' } }, 'c:P': base64('prime'), 'c:Q': base64('divisor'),
  'c:Seed': { attributes: { 'i:nil': 'true' } }, 'c:Y': base64('public'),
});

const terms = (owner) => ({
  CompanyName: 'Fjord AS', SerialNr: '1010000014', OwnerName: owner, OwnerDescription: 'Issuer ' + owner,
  NextCheckDate: '2026-12-01T00:00:00+01:00', MaintenanceDate: '2027-06-30T00:00:00+02:00', AdminWarningDate: '2027-05-31T00:00:00+02:00',
  ExpiryDate: '2027-06-30T00:00:00+02:00', GraceDate: '2027-07-12T00:00:00+02:00', ExtraFlags: 0, LicenseUrl: 'https://licence.example/',
  LicenseVersion: '11.11', DeploymentType: 1, ModuleLicenses: { ModuleLicense: [plan(owner, 'ten-sales')] },
  PublicKey: { OwnerName: owner, SignDate: '2010-01-01T00:00:00', ExpiryDate: '2035-01-01T00:00:00', Key: key(), Signature: 'MC0CFQ==' },
  Signature: 'MCwCFA==',
});

const licence = (owner, reason) => ({
  Reason: reason, CanBeActivated: false, Current: terms(owner),
  ExtendedModuleLicenses: {
    ExtendedModuleLicense: [{
      Current: plan(owner, 'ten-sales'), NumberOfLicensesInUse: 20, NumberOfLicensesFree: 1, NumberOfLicensesAdded: 0,
      NumberOfLicensesNewTotal: 0, NumberOfLicensesNewFree: 0, NumberOfLicensesTotal: 21,
    }],
  },
  AccumulatedNextCheckDate: '2026-12-02T00:00:00',
});

const seat = () => ({
  Unrestricted: false, Total: 21, Tooltip: 'tip', CanAssign: true, Free: 1, InUse: 20, ...(version >= 87 && { IsHidden: true }), Assigned: true,
  ModuleLicenseId: 12, Name: 'ten-sales', Description: 'Sales Premium', SortOrder: 73, ...(version >= 88 && { ExtraFlags: 1 }),
});

const owners = (description) => ({
  LicenseOwner: [{ Name: 'SUPEROFFICE', Description: description, RestrictedModuleLicenses: { ModuleLicenseLink: [seat()] } }],
});

const list = (x) => (x === undefined || x === null ? [] : Array.isArray(x) ? x : [x]);

// arrived tells what came of a licence that was posted back.
const arrived = (x) => {
  const c = x && x.Current;
  const k = c && c.PublicKey && c.PublicKey.Key;
  if (!k || !k.P || !x.ExtendedModuleLicenses) return 'incomplete';
  return [c.SerialNr, Buffer.from(k.P, 'base64'), k.Counter, c.Signature, list(x.ExtendedModuleLicenses.ExtendedModuleLicense).length].join(' ');
};

// plain is a header's text; one with attributes is an object.
const plain = (x) => (x && typeof x === 'object' ? x.$value : x);

// known wraps an operation of the License service: it checks the request's header first.
const known = (answer) => (args, _, headers) => {
  const ok = headers && plain(headers.ApplicationToken) === 'tok & en' && headers.Credentials && headers.Credentials.Ticket === '7T:dGlja2V0';
  return ok ? answer(args || {}) : {};
};
const response = (x) => ({ Response: x });

const authenticated = (ok) => ok ? {
  Response: {
    Associate: 'admin', FullName: 'Ada Admin',
    FunctionRights: { attributes: { 'xmlns:a': 'http://schemas.microsoft.com/2003/10/Serialization/Arrays' }, 'a:string': ['admin-all'] },
  },
  Credentials: { Ticket: '7T:dGlja2V0' }, AuthenticationSucceeded: true,
} : { AuthenticationSucceeded: false };

const operations = {
  AuthenticateUsernamePassword: (q) => authenticated(q.UserName === 'admin' && q.Password === 's3cret & <more>'),
  AuthenticateImplicit: () => authenticated(true),
  AuthenticateWithAccessToken: (q) => authenticated(q.AccessToken === '8A:Cust12345.token'),
  GetSystemInfo: () => ({ SystemInfo: { License: terms('SUPEROFFICE'), FileVersion: '11.11.9658.1', CompanyName: 'Fjord AS' } }),
  GetLicenseStatusFromLicenseServer: known((q) => response(q.OwnerName === 'SUPEROFFICE'
    ? { LicenseStatus: 'UseCustomMessageAndUrl', Message: 'Renew <soon> & well', Url: 'https://shop.example/?a=1&b=2' }
    : { LicenseStatus: 'Ok', Message: '', Url: '' })),
  GetLicenseForAllOwnersFromDB: known(() => response({ ExtendedLicenseInfo: [licence('SUPEROFFICE', ''), licence('ACME', '')] })),
  GetLicenseFromDB: known((q) => q.OwnerName === 'NOBODY' ? {} : response(licence(q.OwnerName, ''))),
  GetLicenseFromLicenseServer: known((q) => response(licence(q.OwnerName, 'nothing new'))),
  GetLicenseFromFile: known((q) => response(licence('SUPEROFFICE', q.FileContent))),
  GetModuleLicenseFromDB: known((q) => response(plan(q.OwnerName, q.ModuleName))),
  GetModuleLicenseHistoryFromLicenseServer: known((q) => response(q.ModuleLicense.Current.ModuleName + ' of ' + arrived(q.LicenseInfo))),
  ValidateLicenseInfo: known((q) => response({ Succeeded: arrived(q.LicenseInfo) !== 'incomplete', Reason: arrived(q.LicenseInfo) })),
  GetShopUrl: known((q) => response('https://shop.example/?owner=' + q.OwnerName + '&more=1')),
  GetUserLicenses: known((q) => response(owners('user ' + q.AssociateId))),
  GetSatelliteLicenses: known((q) => response(owners('satellite ' + q.SatelliteId))),
  GetUserLicensesMDOList: known(() => response({ SelectableMDOListItem: [{ Id: 12, Name: 'Sales Premium', LastChanged: '2026-01-02T00:00:00' }] })),
  GetThirdPartyLicenseAssignments: known((q) => response({ ModuleLicenseLink: q.ModuleOwner === 'ACME' ? [seat()] : [] })),
  GetUserAndInstallationLicenceStatus: known(() => response({
    ExpiryDate: '2027-06-30T00:00:00', CompanyName: 'Fjord AS',
    UserLicenses: { attributes: { 'xmlns:a': 'http://schemas.microsoft.com/2003/10/Serialization/Arrays' }, 'a:string': ['ten-sales', 'web'] },
  })),
  GetFencingInfo: known(() => response({ ActiveCount: 86, Maximum: 100, IsNearingMaximum: true })),
};

const server = http.createServer((_, reply) => { reply.statusCode = 404; reply.end(); });
server.listen(0, '127.0.0.1', () => {
  for (const [name, wsdl] of [['License', license], ['SoPrincipal', principal]]) {
    const path = '/Remote/' + services + '/' + name + '.svc';
    const service = { [name === 'License' ? 'WcfLicenseService' : 'WcfSoPrincipalService']: { ['BasicHttpBinding_' + name]: operations } };
    const listening = soap.listen(server, { path, services: service, xml: fs.readFileSync(wsdl, 'utf8') });
    listening.addSoapHeader((op, args, headers) => {
      const open = name === 'SoPrincipal' || (headers && headers.Credentials && headers.Credentials.Ticket === '7T:dGlja2V0');
      return open ? { Succeeded: true } : {
        ExceptionInfo: { Message: 'Authentication failed!', StackTrace: '   at SuperOffice.Somewhere()', ExceptionType: 'SuperOffice.Exceptions.SoSessionException' },
        Succeeded: false,
      };
    }, '', 'tns', space);
  }
  console.log(server.address().port);
});
