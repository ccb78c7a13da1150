import { askForTokens, readIssuerConfiguration, signsIn, type IssuerSettings } from '../../api/access/issuer.ts';
import { fine, toDo, type Finding } from './machine-check.ts';

const check = 'issuer';

/** Errors by which a token endpoint says that it does not know a client, or not by this proof (RFC 6749, 5.2). */
const clientErrors = ['invalid_client', 'unauthorized_client'];

/** Checks that the issuer answers with its configuration and, if the console signs people in there, its endpoints and the client. */
export async function checkIssuer(settings: IssuerSettings | null): Promise<Finding[]> {
  if (settings === null) return [];
  const { issuer, client = null } = settings;
  const configuration = await readIssuerConfiguration(issuer).catch(() => null);
  if (configuration === null) {
    const found = `OIDC_ISSUER ${issuer} does not answer with its configuration, or with one of another issuer`;
    return [toDo(check, found, 'Set it exactly as the issuer names itself, and let this machine reach it.')];
  }
  const answers = fine(check, `${issuer} answers with its configuration`);
  if (client === null) return [answers];
  if (!signsIn(configuration)) {
    const found = 'its configuration has no authorization_endpoint and token_endpoint by https, with PKCE (S256)';
    return [
      answers,
      toDo(check, found, 'Enable the authorization code flow with PKCE there, or unset OIDC_CLIENT_ID.'),
    ];
  }
  // A code that it has not given: whoever it knows is refused because of the code alone.
  const wrong = { code: 'doctor', code_verifier: 'd'.repeat(43), redirect_uri: 'http://localhost/session/callback' };
  const answer = await askForTokens(configuration, client, wrong).catch(() => null);
  if (answer === null || clientErrors.includes(String(answer.error))) {
    const found =
      answer === null ? 'its token endpoint does not answer' : 'it does not know OIDC_CLIENT_ID, or not by this secret';
    const whatToDo = 'Register a client for the authorization code flow: public, or with OIDC_CLIENT_SECRET_FILE.';
    return [answers, toDo(check, found, `${whatToDo} See docs/security.md#sign-in-at-an-issuer.`)];
  }
  return [
    answers,
    fine(check, 'it knows OIDC_CLIENT_ID, whose redirect URI must be <address of the console>/session/callback'),
  ];
}
