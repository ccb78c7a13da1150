/** Set-up: what to do until callbacks come. */
export const setUp = {
  setUp: {
    waiting: 'No callback of CSS has arrived yet',
    waitingAdvice: 'Enter the address below at CSS. The first callback appears on this page as it comes.',
    arriving: 'Callbacks arrive',
    newest: 'Time since the newest one:',
    address: 'the address',
    addressTitle: '1. The address for CSS',
    local:
      'This page was opened on the machine of the service. CSS reaches it by a public name only: put that name in the place of the one above.',
    noRole:
      'This process takes no callbacks: its ROLES are others. Enter the address of one that has the role receive.',
    tokenAdvice:
      'Put one of CSS_CALLBACK_TOKENS in the place of <token>. Tokens are secret, so no page shows them; whoever runs the service has them.',
    secretsTitle: '2. What proves that a callback is from CSS',
    keys: 'Callback keys',
    keysSet: 'The sign of callbacks of streams is checked with them.',
    keysMissing:
      'Choose a key, set it as CSS_CALLBACK_KEYS, and enter the same key at CSS. Until there is a key or a token, anyone who knows the address can send made-up callbacks.',
    tokens: 'Tokens in the address',
    tokensSet:
      'An address that ends with one of them is believed. Callbacks of relay tasks need this, because CSS does not sign them.',
    tokensMissing:
      'Callbacks of relay tasks are not signed: without a token they all go to quarantine. Set CSS_CALLBACK_TOKENS.',
    tokensMissingToo:
      'Set CSS_CALLBACK_TOKENS before you set keys, if you use relay tasks: CSS does not sign their callbacks.',
    isSet: '{{n}} set',
    isMissing: 'missing',
    cssTitle: '3. What to enter at CSS',
    cssTemplate:
      'Event Center, Live Stream Callback: create a template with the address for push and for interruption, and for recording and screenshots if you use them.',
    cssKey: 'The callback key of the template is one of CSS_CALLBACK_KEYS, exactly as written there.',
    cssDomain:
      'Bind the template to each push domain. It takes effect within some minutes, for pushes that begin then.',
    cssRelay:
      'Relay (pull-and-push) tasks have a callback address of their own: enter the address with a token when you create a task.',
    testTitle: '4. Try it',
    testExplain:
      'Sends one made-up callback through the address of this service, signed as CSS would. It stays in the ledger for ever as "LiveLedgerTest", and belongs to no stream. It shows that keys and storage are right, not that CSS can reach the service.',
    send: 'Send a test callback',
    accepted: 'It was accepted and stored, in {{duration}}. It appears below.',
    arrivals: 'The newest callbacks',
    received: 'Received',
    callback: 'Callback',
    stream: 'Stream',
    proof: 'Proof',
    push: 'Push began',
    interruption: 'Interruption',
    testCallback: 'Test (LiveLedgerTest)',
    otherType: 'Event type {{type}}',
    signature: {
      VALID: 'Signed',
      EXPIRED: 'Signed, too late',
      INVALID: 'Wrong sign',
      UNSIGNED: 'None',
      TOKEN: 'Token',
      NOT_CHECKED: 'Not checked',
    },
  },
} as const;
