/**
 * What Sluice uses of `@peculiar/x509`, behind the polyfill that has to be there before
 * it. Everything in this part imports the library from here. Loading it takes some 80 ms,
 * so whoever may do without imports this part when it is needed: `await import(…)`.
 */

import "reflect-metadata";

export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  GeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
