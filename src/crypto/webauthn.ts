// What an authenticator answered, checked with the WebAuthn library: this challenge, our page, its user verified.
// It must never fetch anything, so it looks at no certificate of an authenticator, and it must never throw: what it
// reads comes from outside.

import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import {
  COSEALG,
  decodeAttestationObject,
  decodeClientDataJSON,
  isoBase64URL,
} from '@simplewebauthn/server/helpers';

/** `portal`: exact origin of the page that asks, and the RP ID its passkeys are made for. */
export type Expected = { challenge: string; portal: { origin: string; rpId: string } };
/** `publicKey`: COSE, base64url. */
export type Credential = { id: string; publicKey: string };

/** What authenticators make: ES256 nearly all, RS256 Windows Hello, EdDSA some keys. */
const ALGORITHMS = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256];

/** Null when the response is no registration for this challenge at our portal. */
export async function registeredCredential(
  response: unknown,
  expected: Expected,
): Promise<Credential | null> {
  try {
    const said = response as RegistrationResponseJSON;
    if (isFramed(said.response.clientDataJSON) || !isPlain(said.response.attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      ...inOurWords(expected),
      response: said,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified) return null;
    const { id, publicKey } = registrationInfo.credential;
    return said.id === id ? { id, publicKey: isoBase64URL.fromBuffer(publicKey) } : null;
  } catch {
    return null; // the library says by throwing what is wrong; whoever sent it is not told
  }
}

/** Did the authenticator of this credential sign this challenge at our portal? */
export async function isAssertedBy(
  { id, publicKey }: Credential,
  response: AuthenticationResponseJSON,
  expected: Expected,
): Promise<boolean> {
  try {
    if (response.id !== id || isFramed(response.response.clientDataJSON)) return false;
    // Counters are not looked at (0 lets every one pass): the vault remembers none, and synced passkeys have none.
    const credential = { id, publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 };
    const { verified } = await verifyAuthenticationResponse({
      ...inOurWords(expected),
      response,
      credential,
    });
    return verified;
  } catch {
    return false;
  }
}

const inOurWords = ({ challenge, portal }: Expected) => ({
  expectedChallenge: challenge,
  expectedOrigin: portal.origin,
  expectedRPID: portal.rpId,
  requireUserVerification: true,
});

/** Our page inside another's: the portal is never framed, so somebody else's page asked. */
const isFramed = (clientData: string) => decodeClientDataJSON(clientData).crossOrigin === true;

/** No attestation, or one by the credential's own key: with certificates the library would ask for revocation lists. */
function isPlain(attestation: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestation));
  const isSelf = decoded.get('fmt') === 'packed' && decoded.get('attStmt').get('x5c') === undefined;
  return decoded.get('fmt') === 'none' || isSelf;
}
