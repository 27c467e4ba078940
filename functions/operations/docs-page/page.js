/** The page of `GET /docs`: Swagger UI over this API's own document, and a sign-in that fills in what requests need. */
(() => {
  const part = (id) => document.getElementById(id);
  /** The refresh token alone outlives a reload, and in this tab only. */
  const keptAs = 'clientnest.refreshToken';
  const aheadMs = 60_000;
  let session;
  let challenge;

  const darkness = matchMedia('(prefers-color-scheme: dark)');
  const followDarkness = () => document.documentElement.classList.toggle('dark-mode', darkness.matches);
  darkness.addEventListener('change', followDarkness);
  followDarkness();

  const ui = window.SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#docs',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: withFreshToken,
    onComplete: resume,
  });

  async function api(operation, { body, token } = {}) {
    const [method, path] = operation.split(' ');
    const headers = {
      ...(body && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const answer = response.status === 204 ? undefined : await response.json();
    if (!response.ok) throw new Error(answer.detail ?? answer.message);
    return answer;
  }

  function hold({ accessToken, refreshToken, expiresIn }) {
    session = { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
    sessionStorage.setItem(keptAs, refreshToken);
    ui.preauthorizeApiKey('session', accessToken);
  }

  async function begin(tokens) {
    hold(tokens);
    const me = await api('GET me', { token: tokens.accessToken });
    part('who').textContent = `${me.name} · ${me.email}`;
    part('team').replaceChildren(...me.teams.map(({ id, name, role }) => new Option(`${name} (${role})`, id)));
    show({ isSignedIn: true });
    chooseTeam();
  }

  function end() {
    session = undefined;
    challenge = undefined;
    sessionStorage.removeItem(keptAs);
    ui.authActions.logout(['session']);
    show({ isSignedIn: false });
    fillIn('');
  }

  function show({ isSignedIn }) {
    part('sign-in').hidden = isSignedIn;
    part('signed-in').hidden = !isSignedIn;
    ask('password', challenge === undefined);
    ask('code', challenge !== undefined);
  }

  /** A field that is not asked for must not keep the form from being sent. */
  function ask(name, isAsked) {
    const field = part(name);
    field.hidden = !isAsked;
    field.disabled = !isAsked;
    field.value = '';
  }

  const chooseTeam = () => fillIn(part('team').value);

  /** Puts the team into every operation that asks for one. */
  function fillIn(teamId) {
    const { paths } = ui.specSelectors.specJson().toJS();
    for (const [path, operations] of Object.entries(paths))
      for (const [method, { parameters = [] }] of Object.entries(operations))
        if (parameters.some(({ $ref }) => $ref === '#/components/parameters/TeamId'))
          ui.specActions.changeParam([path, method], 'X-Team-Id', 'header', teamId, false);
  }

  async function signIn() {
    const email = part('email').value;
    const answer = challenge
      ? await api('POST auth/login/mfa', { body: { email, session: challenge, code: part('code').value } })
      : await api('POST auth/login', { body: { email, password: part('password').value } });
    challenge = answer.session;
    if (!challenge) return begin(answer);
    show({ isSignedIn: false });
    part('code').focus();
  }

  async function signOut() {
    const { refreshToken } = session;
    end();
    await api('POST auth/logout', { body: { refreshToken } });
  }

  /** After a reload the session goes on, if it is still good. */
  async function resume() {
    const refreshToken = sessionStorage.getItem(keptAs);
    if (refreshToken) await api('POST auth/refresh', { body: { refreshToken } }).then(begin).catch(end);
  }

  async function withFreshToken(request) {
    const sent = session && `Bearer ${session.accessToken}`;
    const isStale = session && request.headers.Authorization === sent && session.expiresAt - aheadMs < Date.now();
    if (!isStale) return request;
    hold(await api('POST auth/refresh', { body: { refreshToken: session.refreshToken } }));
    request.headers.Authorization = `Bearer ${session.accessToken}`;
    return request;
  }

  /** Runs what a button does, and says why when it is refused. */
  function attempt(action) {
    part('refusal').textContent = '';
    action().catch((error) => {
      part('refusal').textContent = error.message;
    });
  }

  part('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(signIn);
  });
  part('sign-out').addEventListener('click', () => attempt(signOut));
  part('team').addEventListener('change', chooseTeam);
})();
