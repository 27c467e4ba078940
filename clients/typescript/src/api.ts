// Written by `npm run openapi` from docs/openapi.json.
export interface paths {
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create an account; a confirmation code goes to the e-mail */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send the confirmation code again
         * @description The answer is the same whether or not there is such an account, or it is confirmed.
         */
        post: operations["resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirm the e-mail with the code; makes the personal team */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description Answers a session, or a challenge where the account has an authenticator app.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Finish signing in with the code of the authenticator app
         * @description A wrong code leaves the session as it is: try again with the next one.
         */
        post: operations["loginMfa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Exchange a refresh token for a new access token */
        post: operations["refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a session: its refresh token gives no new access token
         * @description Access tokens that were given out work until they expire, an hour at most: forget them.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code to set a new password with
         * @description The answer is the same whether or not there is such an account.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a new password with the code from the e-mail */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/change-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the password */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/mfa/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to set up an authenticator app
         * @description Nothing changes until a code of the app is sent to `POST /v1/auth/mfa/verify`.
         */
        post: operations["enrolMfa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/mfa/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show that the authenticator app works; from now on signing in asks for its code */
        post: operations["verifyMfa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/mfa/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the authenticator app off
         * @description Takes a code of the app, or the password for when the app is lost.
         */
        post: operations["disableMfa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am and which teams I belong to */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change my name, time zone and preferences */
        patch: operations["updateMe"];
        trace?: never;
    };
    "/oauth/bluesky/client-metadata.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who ClientNest is to Bluesky and other servers of the AT Protocol, which know it by this address */
        get: operations["getBlueskyClientMetadata"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/platforms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The social platforms with their limits and capabilities */
        get: operations["listPlatforms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The teams I belong to */
        get: operations["listTeams"];
        put?: never;
        /** Make a team; its maker becomes its owner */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/teams/{teamId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One team
         * @description Needs the role `viewer` or a higher one. API keys need the scope `team:read`.
         */
        get: operations["getTeam"];
        put?: never;
        post?: never;
        /**
         * Delete a team for good
         * @description Its name must be sent along. Memberships, invitations and API keys end with it, and its accounts are disconnected, so that nothing that is still scheduled goes out.
         *
         *     Needs the role `owner` or a higher one. API keys are refused. Goes into the audit log as `team.deleted`.
         */
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /**
         * Rename a team
         * @description Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `team.renamed`.
         */
        patch: operations["updateTeam"];
        trace?: never;
    };
    "/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The members of the team
         * @description Needs the role `viewer` or a higher one. API keys need the scope `team:read`.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/members/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member, or leave the team
         * @description Admins remove others, owners only by owners; everybody may leave. API keys that the member made end too. The access ends within 60 seconds.
         *
         *     Needs the role `viewer` or a higher one. API keys are refused. Goes into the audit log as `member.removed`.
         */
        delete: operations["deleteMember"];
        options?: never;
        head?: never;
        /**
         * Give a member another role
         * @description Only an owner makes or changes owners. API keys that the member made end when the new role may make none.
         *
         *     Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `member.role_changed`.
         */
        patch: operations["updateMember"];
        trace?: never;
    };
    "/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The open invitations of the team, newest first
         * @description Needs the role `admin` or a higher one. API keys are refused.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite somebody by e-mail, with at most my own role
         * @description The reply has the token, once: put it into the link that you send. It is good for seven days.
         *
         *     Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `invitation.created`.
         */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/{invitationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an invitation
         * @description Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `invitation.revoked`.
         */
        delete: operations["deleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invitations/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Join a team with the token of an invitation to my e-mail
         * @description Goes into the audit log as `invitation.accepted`.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API keys of the team, newest first, without their secrets
         * @description Needs the role `admin` or a higher one. API keys are refused.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key of the team; the reply has its secret, once
         * @description Send the secret as `Authorization: Bearer cn_…` together with `X-Team-Id`. A key ends with the membership of its maker, or when its maker may no longer make keys. A team has at most 50.
         *
         *     Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `api_key.created`.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{apiKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key; it stops working within 60 seconds
         * @description Needs the role `admin` or a higher one. API keys are refused. Goes into the audit log as `api_key.revoked`.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to connect an account by OAuth: where to send the user for consent
         * @description The state is single use, bound to the team and the user, and good for ten minutes. With `redirectUri` the platform sends the user to the frontend itself, with `returnTo` by way of `GET /v1/connections/callback`.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`.
         */
        post: operations["authorizeConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where platforms send users back to who are to be sent on to a frontend
         * @description For browsers. Nothing is connected here: the code is kept for ten minutes, and the browser is sent on to the `returnTo` that the consent was begun with, with `state` and a `ticket`. The frontend sends both to `POST /v1/connections`, signed in as the user who began. Where there is no code, the address has an `error` in place of the ticket: `access_denied` (the user does not want it), `platform_unavailable` (try again later) or `consent_failed` (the platform does not take the question).
         */
        get: operations["receiveConsent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The connections of the team, newest first
         * @description Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["listConnections"];
        put?: never;
        /**
         * Connect an account with the code of its consent, or with an app password
         * @description In place of a code that we keep, send the `ticket` that came back with the user. An account whose connection needs it (`needs_reconnect`) is connected again under the same id. Where a consent opens several accounts, none is connected yet: the answer then has a `pendingId` to choose with.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.created`.
         */
        post: operations["createConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/pending/{pendingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The accounts that a consent opens, to choose from
         * @description For the user who consented, within 15 minutes.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`.
         */
        get: operations["getPendingConnection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/pending/{pendingId}/select": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Connect one or more of the accounts that a consent opens
         * @description Accounts that the team has connected already are answered as they are. Then the choice is over.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.selected`.
         */
        post: operations["selectAccounts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One connection
         * @description Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /**
         * Disconnect an account and revoke the access where the platform can
         * @description While publications are still to go out on it, `scheduled` must say what becomes of them: `cancel` gives them up (the soonest at once, what is over a hundred in the moments after), `keep` lets them fail at their time, saying so.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.deleted`.
         */
        delete: operations["deleteConnection"];
        options?: never;
        head?: never;
        /**
         * Name a connection, switch it on or off, or give its slots another time zone
         * @description A connection that is switched off publishes nothing: what becomes due waits. Switched on again, it goes out within a minute, or is missed, by the rule of the team for what is late.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.updated`.
         */
        patch: operations["updateConnection"];
        trace?: never;
    };
    "/connections/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do the same to many connections: switch them on or off, look at them, renew them, disconnect them
         * @description Each is changed as by the operation of its own, and answered in a row: `status` is the HTTP status that it would have had, `error` what it was refused for. One that is refused keeps none of the others from their change.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.bulk_changed`.
         */
        post: operations["changeConnections"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/reconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to connect the account of a connection again: where to send the user for consent
         * @description As `POST /v1/connections/authorize`, and finished the same way. The consent is for this connection: it keeps its id and all that is scheduled on it, and an answer from another account is refused.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.reconnecting`.
         */
        post: operations["reconnectConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the access to an account now, and try it
         * @description It is renewed by itself ahead of its end; this is for who does not want to wait.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `connections:write`. Goes into the audit log as `connection.refreshed`.
         */
        post: operations["refreshConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Ask the platform about the account now: what is wrong, and what helps
         * @description What comes of it is kept with the connection. Tokens that are refused make it `needs_reconnect`.
         *
         *     Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["getConnectionHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How much may still be published on a connection
         * @description From the platform itself where it tells, else by our own count of what went out through us in the window of time that the platform names, or in a day.
         *
         *     Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["getConnectionQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/publish-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the account allows for a post just now: what a page must show where posts are written
         * @description Asked of the platform each time. On TikTok, who may see a post, what others may do with it and how long a video may be is for the creator to say. `GET /v1/connections/{connectionId}` has the limits that do not change.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["getPublishOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Posts of the team, newest first
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["listPosts"];
        put?: never;
        /**
         * Store a draft, or a scheduled post when `publishAt` is given
         * @description Needs the role `editor` or a higher one. API keys need the scope `posts:write`.
         */
        post: operations["createPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{postId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One post with the state of each target
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["getPost"];
        put?: never;
        post?: never;
        /**
         * Cancel and delete a post that is not yet due
         * @description Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `post.deleted`.
         */
        delete: operations["deletePost"];
        options?: never;
        head?: never;
        /**
         * Edit, reschedule or unschedule a post that is not yet due
         * @description Needs the role `editor` or a higher one. API keys need the scope `posts:write`.
         */
        patch: operations["updatePost"];
        trace?: never;
    };
    "/posts/{postId}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan a post that is not yet due: at a time, in the next free slot, or now
         * @description With `next_slot` each target gets the next free slot of its own connection, so their times may differ. A slot is given back when the post is planned otherwise or deleted.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `post.scheduled`.
         */
        post: operations["schedulePost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{postId}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a draft or scheduled post now
         * @description Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `post.published`.
         */
        post: operations["publishPost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/posts/{postId}/publications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a post on each target, with all that was tried
         * @description A draft has none.
         *
         *     Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["listPublications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a post on one target, with all that was tried
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["getPublication"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a publication again that failed, was missed, given up, or is unconfirmed
         * @description It is due at once, and late by the rule of the team from now on. An unconfirmed one is never sent again on hope: where a second call could make a second post, the platform is looked at first, and without proof that the first did not get through it ends unconfirmed again. A thread goes on with the part that is next. While publishing is paused it waits.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `publication.retried`.
         */
        post: operations["retryPublication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say whether an unconfirmed publication is on the platform
         * @description With its `url` it becomes `published`. With `published: false` it becomes `failed`, may be tried again, and what was tried before counts no more. Of a thread, it is the part in doubt that is spoken of: with its `platformPostId`, what is to follow goes out within a minute; without, the thread ends there.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `publication.confirmed`.
         */
        post: operations["confirmPublication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publications/{publicationId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give up a publication; the other targets of its post go on
         * @description Exact to the moment: what no publisher has begun with does not go out, and what one is at work on is refused. One that is tried again after an answer was lost becomes `unconfirmed`, not `cancelled`: nothing is sent any more, but it may be out. A thread that is out in part, or has failed there, becomes `published` as far as it came.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `publication.cancelled`.
         */
        post: operations["cancelPublication"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publishing/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens to posts that could not go out in time
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["getPublishingSettings"];
        /**
         * Set what happens to posts that could not go out in time
         * @description `publish` sends them late, up to a week; `skip` and `ask` leave them `missed`, and `ask` wants a decision: retry or cancel. It counts for posts under way, too.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `publishing:write`. Goes into the audit log as `publishing.configured`.
         */
        put: operations["setPublishingSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publishing/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Crisis stop: nothing goes out any more on a connection or from the whole team
         * @description Holds until it is resumed. `inFlight` are those that publishers have begun with: they may still go out, and nothing else does. Who stopped first stays on record.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `publishing:write`. Goes into the audit log as `publishing.paused`.
         */
        post: operations["pausePublishing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publishing/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the crisis stop of the team, or of one connection
         * @description What became due meanwhile goes out at once, or is missed, by the rule of the team. Ending that of the team leaves connections held that were stopped by themselves.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `publishing:write`. Goes into the audit log as `publishing.resumed`.
         */
        post: operations["resumePublishing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/publishing/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is due, late and in flight at this moment, in all and for each connection
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["getPublishingStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/slots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The weekly times at which a connection publishes what is queued
         * @description Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["getConnectionSlots"];
        /**
         * Set the weekly times at which a connection publishes what is queued, in its own zone
         * @description Posts that have a slot already keep their time.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `connections:write`.
         */
        put: operations["setConnectionSlots"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{connectionId}/slots/free": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The next slots of a connection that no post has, within a year
         * @description Needs the role `viewer` or a higher one. API keys need the scope `connections:read`.
         */
        get: operations["listFreeSlots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recurrences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The recurrences of the team, newest first; ended ones for 90 days
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["listRecurrences"];
        put?: never;
        /**
         * Publish something again and again, by a rule with an end
         * @description Each occurrence is a post of its own, made two weeks ahead. A connection gets at most four of them an hour; what could not be made in time is not made up.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`.
         */
        post: operations["createRecurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recurrences/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * The next occurrences of a rule, without making any
         * @description Needs the role `editor` or a higher one. API keys need the scope `posts:read`.
         */
        post: operations["previewRecurrence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recurrences/{recurrenceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One recurrence with its next occurrences
         * @description Needs the role `viewer` or a higher one. API keys need the scope `posts:read`.
         */
        get: operations["getRecurrence"];
        put?: never;
        post?: never;
        /**
         * End a recurrence, with or without the posts that are scheduled already
         * @description Scheduled posts go within a minute, those due within five minutes at once. A post that was edited by itself is left alone.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`. Goes into the audit log as `recurrence.ended`.
         */
        delete: operations["deleteRecurrence"];
        options?: never;
        head?: never;
        /**
         * Change content, connections or rule of all occurrences from a local time on
         * @description Posts that were made already follow within a minute, those due within five minutes at once. A post that was edited by itself is left alone.
         *
         *     Needs the role `editor` or a higher one. API keys need the scope `posts:write`.
         */
        patch: operations["updateRecurrence"];
        trace?: never;
    };
    "/posts/{postId}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Likes, reposts and replies of a post on each target
         * @description Needs the role `viewer` or a higher one. API keys need the scope `analytics:read`.
         */
        get: operations["getPostMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what in the team, newest first
         * @description A page may be shorter than `limit`, even empty, while `next` is given: filters look at a bounded number of entries at once.
         *
         *     Needs the role `admin` or a higher one. API keys need the scope `audit:read`.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the chain of the audit log: changed, missing and reordered entries
         * @description Needs the role `admin` or a higher one. API keys need the scope `audit:read`.
         */
        post: operations["verifyAuditLog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the API answers; asks nothing else */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether table, queue, event bus and user pool answer, each with its latency
         * @description Asked at most once in five seconds by each running copy of the function; in between the last answer is given.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This API as an OpenAPI 3.1 document */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The documentation page */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/page.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script of the documentation page */
        get: operations["getDocsScript"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/page.css": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The style of the documentation page */
        get: operations["getDocsStyle"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountOptions: {
            tiktok?: {
                /**
                 * @description To be shown with the post.
                 * @example Ada
                 */
                name: string;
                /** @example ada */
                username: string;
                /** @example https://p16.tiktokcdn.com/ada.webp */
                avatarUrl: string | null;
                /** @description What `overrides.tiktok.privacy` may be: for the user to choose, with nothing chosen beforehand. */
                privacyLevels: ("public" | "friends" | "followers" | "private")[];
                /** @description `allowComments` has no effect. */
                commentsDisabled: boolean;
                /** @description `allowDuets` has no effect. */
                duetsDisabled: boolean;
                /** @description `allowStitches` has no effect. */
                stitchesDisabled: boolean;
                /**
                 * @description null: TikTok does not tell.
                 * @example 600
                 */
                maxVideoSeconds: number | null;
            };
        };
        ConnectionHealth: {
            /**
             * @description `unknown`: the platform was not asked yet.
             * @enum {string}
             */
            status: "ok" | "failing" | "unknown";
            /**
             * @description What is wrong and what helps.
             * @example null
             */
            reason: components["schemas"]["PublicationError"] | null;
        };
        ConnectionIds: string[];
        ConnectionPatch: {
            /** @description null: none of its own. */
            name?: string | null;
            /** @description false: nothing goes out until it is true again. */
            enabled?: boolean;
            settings?: {
                /**
                 * Format: iana-time-zone
                 * @description IANA time zone name.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
            };
        };
        /**
         * @description `disabled`: switched off by the team, nothing goes out. `needs_reconnect`: our access is lost, the user must connect the account again. `revoked`: the same, since the user took the access back.
         * @enum {string}
         */
        ConnectionState: "active" | "disabled" | "needs_reconnect" | "revoked";
        Dependency: {
            /** @enum {string} */
            name: "table" | "queue" | "events" | "users";
            /** @enum {string} */
            state: "ok" | "failed";
            /** @example 4 */
            ms: number;
        };
        /** @enum {string} */
        InstagramLogin: "instagram" | "facebook";
        Lateness: {
            policy: components["schemas"]["LatenessPolicy"];
            /** @example 60 */
            afterMinutes: number;
        };
        /** @enum {string} */
        LatenessPolicy: "publish" | "skip" | "ask";
        MePatch: {
            /** @example Ada Lovelace */
            name?: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone?: string;
            /** @description Those left out stay as they are. */
            preferences?: {
                /**
                 * @description Language and region (BCP 47).
                 * @example en-GB
                 */
                locale?: string;
                /** @enum {string} */
                weekStartsOn?: "monday" | "saturday" | "sunday";
            };
        };
        Media: {
            /**
             * Format: uri
             * @description A public https address that answers with the file itself, without redirects to other sites.
             * @example https://cdn.example.com/news.jpg
             */
            url: string;
            /** @example image/jpeg */
            type: components["schemas"]["MediaType"];
            /**
             * @description What the picture shows, for those who do not see it.
             * @example Ada at her desk
             */
            altText?: string;
        };
        MediaLimits: {
            /** @description A post needs a picture or a video. */
            required: boolean;
            images: {
                /** @example 4 */
                max: number;
                types: components["schemas"]["MediaType"][];
                maxBytes: number;
            };
            videos: {
                /** @example 1 */
                max: number;
                types: components["schemas"]["MediaType"][];
                maxBytes: number;
            };
            /** @description Pictures and videos in one post. */
            mixed: boolean;
            /** @description 0: the platform has no alternative texts. */
            altTextMax: number;
        };
        /** @enum {string} */
        MediaType: "image/jpeg" | "image/png" | "image/gif" | "image/webp" | "video/mp4" | "video/quicktime";
        NewApiKey: {
            /** @example Website */
            name: string;
            scopes: ("posts:read" | "posts:write" | "publishing:write" | "connections:read" | "connections:write" | "analytics:read" | "team:read" | "audit:read")[];
            /**
             * Format: date-time
             * @description Without it, the key is good until it is deleted.
             * @example 2030-01-31T09:30:00Z
             */
            expiresAt?: string;
            /**
             * @description A limit of its own, within that of the plan.
             * @example 50
             */
            requestsPerHour?: number;
        };
        NewConnection: ({
            platform: components["schemas"]["OAuthPlatformId"];
            /**
             * @description As it came back with the user.
             * @example Yx9mP2vQ7rT4
             */
            code: string;
            /** @example q1w2e3r4t5y6 */
            state: string;
        } | {
            /** @constant */
            platform: "bluesky";
            /**
             * Format: uri
             * @default https://bsky.social
             * @example https://bsky.social
             */
            server?: string;
            /** @example ada.bsky.social */
            identifier: string;
            /** @example abcd-efgh-ijkl-mnop */
            appPassword: string;
        }) | {
            /** @constant */
            platform: "bluesky";
            /**
             * @description As it came back with the user.
             * @example Yx9mP2vQ7rT4
             */
            code: string;
            /** @example q1w2e3r4t5y6 */
            state: string;
            /**
             * Format: uri
             * @description The server that answers, as it came back with the code.
             */
            iss: string;
        } | {
            platform: components["schemas"]["PlatformId"];
            /** @example q1w2e3r4t5y6 */
            state: string;
            /**
             * @description As it came back with the user from `GET /v1/connections/callback`.
             * @example mB3kT8wL1xQ9
             */
            ticket: string;
        };
        NewInvitation: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "owner";
        };
        NewPost: {
            /** @example Good news, everyone! */
            text: string;
            /**
             * @description Pictures and videos, in the order in which they are shown.
             * @default []
             */
            media?: components["schemas"]["Media"][];
            /**
             * @description What is to be otherwise on single platforms.
             * @default {}
             */
            overrides?: components["schemas"]["PlatformOverrides"];
            /**
             * @description What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform).
             * @default []
             */
            thread?: {
                /** @example Good news, everyone! */
                text: string;
                /** @default [] */
                media?: components["schemas"]["Media"][];
            }[];
            /** @default null */
            firstComment?: string | null;
            connectionIds: components["schemas"]["ConnectionIds"];
            /** @description When to publish; without it the post is a draft. */
            publishAt?: string | {
                /**
                 * Format: local-date-time
                 * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
                 * @example 2030-01-31T09:30
                 */
                localTime: string;
                /**
                 * Format: iana-time-zone
                 * @description IANA time zone name.
                 * @example Europe/Berlin
                 */
                timeZone: string;
            };
        };
        NewRecurrence: {
            /** @example Good news, everyone! */
            text: string;
            /**
             * @description Pictures and videos, in the order in which they are shown.
             * @default []
             */
            media?: components["schemas"]["Media"][];
            /**
             * @description What is to be otherwise on single platforms.
             * @default {}
             */
            overrides?: components["schemas"]["PlatformOverrides"];
            /**
             * @description What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform).
             * @default []
             */
            thread?: {
                /** @example Good news, everyone! */
                text: string;
                /** @default [] */
                media?: components["schemas"]["Media"][];
            }[];
            /** @default null */
            firstComment?: string | null;
            connectionIds: components["schemas"]["ConnectionIds"];
            rule: components["schemas"]["RecurrenceRule"];
        };
        /** @enum {string} */
        OAuthPlatformId: "mastodon" | "threads" | "facebook" | "linkedin" | "x" | "instagram" | "youtube" | "tiktok" | "pinterest";
        OfferedAccount: {
            /** @example 109302436954721982 */
            accountId: string;
            /** @example @ada@mastodon.social */
            accountName: string;
            /**
             * Format: uri
             * @example https://mastodon.social/@ada
             */
            accountUrl: string;
        };
        Pause: {
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            pausedAt: string;
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            pausedBy: string;
        };
        /** @enum {string} */
        Plan: "free" | "starter" | "professional" | "business" | "enterprise";
        /**
         * @example mastodon
         * @enum {string}
         */
        PlatformId: "mastodon" | "bluesky" | "threads" | "facebook" | "linkedin" | "x" | "instagram" | "youtube" | "tiktok" | "pinterest";
        PlatformOverrides: {
            mastodon?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who sees it; public without.
                 * @enum {string}
                 */
                visibility?: "public" | "unlisted" | "private";
                /** @description Its pictures are shown after a click only. */
                sensitive?: boolean;
                /** @description A warning before the text. */
                spoilerText?: string;
                /**
                 * @description ISO 639 code.
                 * @example de
                 */
                language?: string;
            };
            bluesky?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Languages of the text (BCP 47).
                 * @example [
                 *       "de"
                 *     ]
                 */
                langs?: string[];
            };
            threads?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who may reply; everyone without.
                 * @enum {string}
                 */
                replyControl?: "everyone" | "accounts_you_follow" | "mentioned_only" | "parent_post_author_only" | "followers_only";
                /**
                 * @description The topic that the post is shown under, without `.` and `&`.
                 * @example Good news
                 */
                topicTag?: string;
                /**
                 * Format: uri
                 * @description The link that is shown with a preview, in place of the first one in the text. Posts with files have none.
                 * @example https://example.com/news
                 */
                linkAttachment?: string;
            };
            facebook?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * Format: uri
                 * @description The link that is shown with a preview, in place of the first one in the text. Posts with files have none.
                 * @example https://example.com/news
                 */
                link?: string;
                /**
                 * @description What a video is published as; `reel`: upright (9:16), of 3 to 90 seconds, 30 a day at most.
                 * @enum {string}
                 */
                format?: "video" | "reel";
                /** @description The title of a video. */
                title?: string;
            };
            linkedin?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Without it: PUBLIC. Connections are a matter of members, not of organizations.
                 * @enum {string}
                 */
                visibility?: "PUBLIC" | "CONNECTIONS";
                /** @description A link that is shown as a card, for posts without files; LinkedIn does not look at the page. */
                article?: {
                    /**
                     * Format: uri
                     * @example https://example.com/news
                     */
                    source: string;
                    /** @example Good news */
                    title: string;
                    description?: string;
                };
            };
            x?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who may reply; without it, everyone.
                 * @enum {string}
                 */
                replySettings?: "following" | "mentionedUsers" | "subscribers" | "verified";
                /** @description Marks the pictures or the video as made with AI. */
                madeWithAi?: boolean;
            };
            instagram?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /** @description A reel is shown in the feed as well. */
                shareToFeed?: boolean;
                /**
                 * Format: uri
                 * @description A picture as cover of a reel; it counts more than `coverOffsetMs`.
                 */
                coverUrl?: string;
                /** @description The moment of a reel that is its cover. */
                coverOffsetMs?: number;
                /** @description Asked to be shown as authors too; for accounts that were connected by Facebook Login. */
                collaborators?: string[];
                /**
                 * @description Id of a Facebook Page with a place.
                 * @example 106377336067638
                 */
                locationId?: string;
                /** @description Marks the post as made with AI. */
                aiGenerated?: boolean;
            };
            pinterest?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /** @example Good news */
                title?: string;
                /**
                 * Format: uri
                 * @description Where the pin leads to.
                 * @example https://example.com/news
                 */
                link?: string;
                /**
                 * @description Another board of the same user.
                 * @example 549755885175
                 */
                boardId?: string;
                /**
                 * @description A section of the board.
                 * @example 549755885175
                 */
                sectionId?: string;
                /**
                 * Format: uri
                 * @description A picture as cover of a video.
                 */
                coverUrl?: string;
                /**
                 * @description The moment of a video that is its cover, exact to the millisecond.
                 * @example 2.5
                 */
                coverSeconds?: number;
            };
            youtube?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Without it, the first line of the text, cut to 100 characters.
                 * @example Good news
                 */
                title?: string;
                /**
                 * @description Without it: public.
                 * @enum {string}
                 */
                privacy?: "public" | "unlisted" | "private";
                /** @description What you declare about the audience; without it, the setting of the channel counts. */
                madeForKids?: boolean;
                tags?: string[];
                /**
                 * @description One of the categories of YouTube.
                 * @example 22
                 */
                categoryId?: string;
                /** @description Without it: yes. */
                notifySubscribers?: boolean;
            };
            tiktok?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who sees the post. TikTok lets nobody choose it for a user: required, unless the account allows one only. What it allows depends on the account; while our app is not audited, only `private`.
                 * @enum {string}
                 */
                privacy?: "public" | "friends" | "followers" | "private";
                /** @description Of pictures; a video has its text only. */
                title?: string;
                /** @description Off unless wished, and where the account has it off. */
                allowComments?: boolean;
                /** @description Of videos. Off unless wished, and where the account has it off. */
                allowDuets?: boolean;
                /** @description Of videos. Off unless wished, and where the account has it off. */
                allowStitches?: boolean;
                /** @description The post promotes the business of its account. */
                ownBrand?: boolean;
                /** @description The post promotes a third party; never private. */
                paidPartnership?: boolean;
                /** @description Of videos. */
                aiGenerated?: boolean;
                /** @description Which frame of a video is its cover. */
                coverAtMs?: number;
                /** @description Which picture is the cover; the first is 0. */
                coverIndex?: number;
                /** @description TikTok chooses music for pictures. */
                autoAddMusic?: boolean;
            };
        };
        /** @description How many posts an account may make in a window of time, where the platform says so. */
        PostLimit: {
            /** @example 100 */
            max: number;
            /** @example 900 */
            windowSeconds: number;
        };
        PostPatch: {
            /** @example Good news, everyone! */
            text?: string;
            media?: components["schemas"]["Media"][];
            /** @description In place of all that there were. */
            overrides?: components["schemas"]["PlatformOverrides"];
            /** @description What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform). */
            thread?: {
                /** @example Good news, everyone! */
                text: string;
                /** @default [] */
                media?: components["schemas"]["Media"][];
            }[];
            firstComment?: string | null;
            connectionIds?: components["schemas"]["ConnectionIds"];
            /** @description null makes the post a draft again. */
            publishAt?: (string | {
                /**
                 * Format: local-date-time
                 * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
                 * @example 2030-01-31T09:30
                 */
                localTime: string;
                /**
                 * Format: iana-time-zone
                 * @description IANA time zone name.
                 * @example Europe/Berlin
                 */
                timeZone: string;
            }) | null;
        };
        /** @enum {string} */
        PostState: "draft" | "scheduled" | "publishing" | "published" | "partially_published" | "failed" | "unconfirmed" | "missed" | "cancelled";
        PostTarget: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            platform: components["schemas"]["PlatformId"];
            state: "draft" | components["schemas"]["PublicationState"];
            /** @description Absent while the post is a draft. */
            publicationId?: components["schemas"]["PublicationId"];
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishAt?: string;
            /**
             * @description Its time is one of the connection's slots.
             * @constant
             */
            inSlot?: true;
            /** @example 109302436954721982 */
            platformPostId?: string;
            /**
             * Format: uri
             * @example https://mastodon.social/@ada/109302436954721982
             */
            url?: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishedAt?: string;
            /** @description Where more goes out than the post itself: how much of the thread and the first comment is out. */
            parts?: {
                published: number;
                all: number;
            };
            error?: components["schemas"]["PublicationError"];
        };
        PostWarning: {
            /**
             * @description `option_missing`: the platform wants something of `overrides` said for each post. `quota_used_up`: by then as many posts are out as the platform takes of an account in a window of time. `token_expires`: our access ends before the post goes out. `needs_reconnect`: it is lost already. `scope_missing`: the user has not granted all of it. `disabled`: the connection is switched off. `connection_removed`: it is gone.
             * @enum {string}
             */
            code: "token_expires" | "needs_reconnect" | "scope_missing" | "disabled" | "connection_removed" | "quota_used_up" | "option_missing";
            /** @example Our access to @ada is lost. */
            message: string;
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            /**
             * @description What helps: to `reconnect` the account, to `enable` the connection, to `edit` the targets of the post, to choose another time (`reschedule`).
             * @enum {string}
             */
            action: "reconnect" | "enable" | "edit" | "reschedule";
        };
        PublicationError: {
            /** @example content_rejected */
            code: string;
            /** @example The platform refused the text. */
            message: string;
            /**
             * @description `reconnect` the account, `edit` the post, `wait` (we try again), `retry` it, `check` the account for the post, `decide` whether it is still wanted.
             * @enum {string}
             */
            action: "reconnect" | "edit" | "wait" | "retry" | "check" | "decide" | "none";
            /** @description The platform's own code, as it came. */
            platformCode: string | null;
        };
        /**
         * @description Id of the kind `pub_…`.
         * @example pub_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzt
         */
        PublicationId: string;
        /** @enum {string} */
        PublicationState: "scheduled" | "queued" | "publishing" | "published" | "failed" | "unconfirmed" | "missed" | "cancelled";
        PublishAttempt: {
            /**
             * @description Id of the kind `attempt_…`.
             * @example attempt_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /**
             * @description `prepared`: what it takes is on the platform, nothing is published. `sending`: the answer is not there yet, or was lost with the publisher. `unknown`: no clear answer came.
             * @enum {string}
             */
            state: "prepared" | "sending" | "accepted" | "refused" | "unknown";
            /**
             * @description What it was to bring out, by its place in `parts`: 0 is the post itself, the only one where nothing follows it. Absent for attempts of the time before this was kept.
             * @example 0
             */
            part?: number;
            retryClass: components["schemas"]["RetryClass"];
            /** @description By which the platform, or we, tell this publication from all others. */
            handle: string;
            /** @description SHA-256 of the text, files and overrides as sent. */
            fingerprint: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            preparedAt?: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            sendingAt?: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            endedAt?: string;
            /**
             * @description The platform's id of the post, its refusal, or why the outcome is unknown.
             * @example 109302436954721982
             */
            answer?: string;
            /**
             * Format: uri
             * @example https://mastodon.social/@ada/109302436954721982
             */
            url?: string;
        };
        RecurrencePatch: {
            /**
             * Format: local-date-time
             * @description The first local time that is changed, in the zone of the recurrence; all that are to come without it.
             * @example 2030-01-31T09:30
             */
            from?: string;
            /** @example Good news, everyone! */
            text?: string;
            media?: components["schemas"]["Media"][];
            /** @description In place of all that there were. */
            overrides?: components["schemas"]["PlatformOverrides"];
            /** @description What follows the post, each part a reply of the account to the one before; where all targets have threads (`limits.followUps` of the platform). */
            thread?: {
                /** @example Good news, everyone! */
                text: string;
                /** @default [] */
                media?: components["schemas"]["Media"][];
            }[];
            firstComment?: string | null;
            connectionIds?: components["schemas"]["ConnectionIds"];
            /** @description Takes the place of the rule from then on. */
            rule?: components["schemas"]["RecurrenceRule"];
        };
        RecurrenceRule: {
            /**
             * @description RFC 5545, with UNTIL or COUNT. What it leaves open, such as the time of day, comes from `start`.
             * @example FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10
             */
            rrule: string;
            /**
             * Format: local-date-time
             * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
             * @example 2030-01-31T09:30
             */
            start: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone: string;
            /**
             * @description Occurrences that are left out.
             * @default []
             */
            except?: string[];
        };
        Registration: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** @example correct horse battery staple */
            password: string;
            /** @example Ada Lovelace */
            name: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @default UTC
             * @example Europe/Berlin
             */
            timeZone?: string;
        };
        /** @enum {string} */
        RetryClass: "idempotent" | "provable" | "duplicate_refused" | "unprovable";
        /** @enum {string} */
        Scheduled: "cancel" | "keep";
        TargetMetrics: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            platform: components["schemas"]["PlatformId"];
            /**
             * @description null: not available, which is not 0.
             * @example 12
             */
            likes: number | null;
            /**
             * @description null: not available, which is not 0.
             * @example 12
             */
            reposts: number | null;
            /**
             * @description null: not available, which is not 0.
             * @example 12
             */
            replies: number | null;
            /** @description null: not read yet. */
            fetchedAt: string | null;
        };
        TextLimits: {
            /** @enum {string} */
            unit: "characters" | "graphemes";
            /** @example 500 */
            max: number;
            /**
             * @description Bound in UTF-8 bytes, where there is one.
             * @example null
             */
            maxBytes: number | null;
            /**
             * @description What every link counts, where it is fixed.
             * @example 23
             */
            urlLength: number | null;
        };
        WeeklySlots: {
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone: string;
            slots: {
                /** @enum {string} */
                day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
                /** @example 09:30 */
                time: string;
            }[];
        };
        /**
         * @description What went wrong: decide on this. Codes never change their meaning, and new ones may come.
         * @example input.invalid
         * @enum {string}
         */
        ProblemCode: "input.invalid" | "input.unknown_field" | "input.missing_field" | "input.naive_time" | "input.impossible_time" | "input.unknown_time_zone" | "input.not_json" | "input.too_deep" | "input.too_large" | "auth.token_invalid" | "auth.token_expired" | "auth.key_invalid" | "auth.scope_missing" | "auth.not_a_member" | "auth.role_too_low" | "version.changed" | "limit.requests_exceeded" | "idempotency.key_invalid" | "idempotency.key_reused" | "idempotency.in_progress" | "cursor.invalid" | "internal.error" | "auth.email_taken" | "auth.password_refused" | "auth.password_wrong" | "auth.code_wrong" | "auth.code_expired" | "auth.credentials_wrong" | "auth.not_confirmed" | "auth.refresh_token_invalid" | "auth.session_expired" | "auth.mfa_code_wrong" | "auth.mfa_enabled" | "auth.mfa_not_enrolled" | "auth.too_many_attempts" | "platform.not_configured" | "team.not_found" | "team.too_many" | "team.deletion_unconfirmed" | "member.not_found" | "member.last_owner" | "member.already_exists" | "invitation.not_found" | "invitation.token_invalid" | "invitation.expired" | "invitation.email_mismatch" | "api_key.not_found" | "api_key.too_many" | "api_key.expiry_in_past" | "connection.not_found" | "connection.already_exists" | "connection.has_scheduled" | "connection.too_many" | "connection.other_account" | "connection.no_consent" | "connection.not_renewable" | "connection.access_lost" | "connection.not_tried" | "connection.server_refused" | "connection.server_unreachable" | "connection.account_unknown" | "connection.redirect_refused" | "connection.return_refused" | "connection.answer_empty" | "connection.state_unknown" | "connection.code_refused" | "connection.platform_not_configured" | "connection.no_accounts" | "connection.pending_not_found" | "connection.account_not_offered" | "connection.credentials_wrong" | "post.not_found" | "post.in_past" | "post.no_targets" | "post.no_free_slot" | "post.slot_taken" | "post.text_too_long" | "post.media_refused" | "post.too_large" | "post.thread_refused" | "post.locked" | "post.final" | "publication.not_found" | "publication.is_scheduled" | "publication.is_queued" | "publication.is_publishing" | "publication.is_published" | "publication.is_failed" | "publication.is_unconfirmed" | "publication.is_missed" | "publication.is_cancelled" | "recurrence.not_found" | "recurrence.rule_wrong" | "recurrence.endless" | "recurrence.too_long" | "recurrence.no_occurrences" | "recurrence.ended" | "recurrence.too_many_changes" | "health.not_ready";
        ApiKey: {
            /**
             * @description Id of the kind `key_…`.
             * @example key_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /** @example Website */
            name: string;
            /** @example cn_01jdxb8ncye2ha5vvbz9fnzbzt */
            prefix: string;
            scopes: ("posts:read" | "posts:write" | "publishing:write" | "connections:read" | "connections:write" | "analytics:read" | "team:read" | "audit:read")[];
            /** @description null: as many as the plan allows. */
            requestsPerHour: number | null;
            expiresAt: string | null;
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            createdBy: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
            /** @description To the hour; null: not used yet. */
            lastUsedAt: string | null;
        };
        AuditEntry: {
            /**
             * @description Id of the kind `audit_…`.
             * @example audit_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /**
             * @description Id of the kind `team_…`.
             * @example team_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            teamId: string;
            /** @example member.removed */
            action: string;
            /**
             * @description Id of what it was done to.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            target: string | null;
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            userId: string;
            /**
             * @description `session`, or the id of the API key.
             * @example session
             */
            via: string;
            /** @example 203.0.113.7 */
            address: string;
            /** @example VJ0pPiV2oAMEJVQ= */
            requestId: string;
            /**
             * @description `done`, or the code of the refusal.
             * @example done
             */
            outcome: string;
            /** Format: date-time */
            at: string;
            sequence: number;
            /**
             * @description SHA-256, hexadecimal.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            previousHash: string;
            /**
             * @description SHA-256, hexadecimal.
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            hash: string;
        };
        AuditVerdict: {
            intact: boolean;
            /**
             * @description Entries looked at by this call.
             * @example 42
             */
            checked: number;
            /**
             * @description The first entry that is wrong.
             * @example null
             */
            problem: {
                sequence: number;
                /** @enum {string} */
                kind: "changed" | "missing" | "reordered";
            } | null;
            /**
             * @description Where to go on; null when the end of the log was reached.
             * @example null
             */
            next: number | null;
        };
        BlueskyClientMetadata: {
            /** @example https://api.example.com/v1/oauth/bluesky/client-metadata.json */
            client_id: string;
            /** @example ClientNest */
            client_name: string;
            client_uri: string;
            /** @constant */
            application_type: "web";
            grant_types: string[];
            response_types: string[];
            scope: string;
            redirect_uris: string[];
            /** @enum {string} */
            token_endpoint_auth_method: "private_key_jwt" | "none";
            /** @constant */
            token_endpoint_auth_signing_alg?: "ES256";
            /** @constant */
            dpop_bound_access_tokens: true;
            jwks?: {
                keys: {
                    /** @constant */
                    kty: "EC";
                    /** @constant */
                    crv: "P-256";
                    x: string;
                    y: string;
                    kid: string;
                    /** @constant */
                    alg: "ES256";
                    /** @constant */
                    use: "sig";
                }[];
            };
        };
        Connection: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            platform: components["schemas"]["PlatformId"];
            /** @description The team's own label, to be shown in place of `accountName`. */
            name: string | null;
            /** @example 109302436954721982 */
            accountId: string;
            /** @example @ada@mastodon.social */
            accountName: string;
            /**
             * Format: uri
             * @example https://mastodon.social/@ada
             */
            accountUrl: string;
            /** @example https://files.mastodon.social/accounts/avatars/ada.png */
            avatarUrl: string | null;
            /**
             * Format: uri
             * @example https://mastodon.social
             */
            server: string;
            state: components["schemas"]["ConnectionState"];
            scopes: string[];
            /**
             * @description What the user has not granted but should have: connecting again asks for it.
             * @example []
             */
            missingScopes: string[];
            settings: {
                /**
                 * Format: iana-time-zone
                 * @description Of its weekly slots.
                 * @example Europe/Berlin
                 */
                timeZone: string;
            };
            /** @description What a post on it may be, what may follow it, and how many there may be. */
            limits: {
                text: components["schemas"]["TextLimits"];
                media: components["schemas"]["MediaLimits"];
                /** @description `replies`: threads and first comments. `comment`: a first comment only. null: neither. */
                followUps: components["schemas"]["FollowUpLimitsOutput"] | null;
                /** @description null: the platform names none. */
                posts: components["schemas"]["PostLimit"] | null;
            };
            /** @description When the access ends unless it is renewed, which we do ahead of time where the platform lets us; null: never. */
            tokenExpiresAt: string | null;
            /** @description When the platform was last asked about the account. */
            lastCheckedAt: string | null;
            health: components["schemas"]["ConnectionHealth"];
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
        };
        ConnectionQuota: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            /**
             * @description `platform`: it says so itself. `own_count`: what went out through us, beside the limit it publishes. `unknown`: it names none.
             * @enum {string}
             */
            source: "platform" | "own_count" | "unknown";
            /**
             * @description null: the platform names none.
             * @example 250
             */
            limit: number | null;
            /** @example 12 */
            used: number | null;
            /** @example 238 */
            remaining: number | null;
            /**
             * @description In any stretch of this length.
             * @example 86400
             */
            windowSeconds: number | null;
            /**
             * @description null: it is no fixed moment.
             * @example null
             */
            resetsAt: string | null;
        };
        ConnectionSlots: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone: string;
            slots: {
                /** @enum {string} */
                day: "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
                /** @example 09:30 */
                time: string;
            }[];
            /** @description null: never set. */
            updatedAt: string | null;
        };
        Invitation: {
            /**
             * @description Id of the kind `invite_…`.
             * @example invite_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /** Format: email */
            email: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "owner";
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            invitedBy: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            expiresAt: string;
        };
        LoginChallenge: {
            /** @constant */
            challenge: "totp";
            /**
             * @description Names a sign-in that waits for a code; good for three minutes.
             * @example AYABeE1tq5Yl0m3wWpL8uWvQ6H4AHQABAAdTZXJ2aWNl
             */
            session: string;
        };
        Me: {
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** @example Ada Lovelace */
            name: string;
            /** @example Europe/London */
            timeZone: string;
            preferences: components["schemas"]["PreferencesOutput"];
            teams: {
                /**
                 * @description Id of the kind `team_…`.
                 * @example team_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                id: string;
                /** @example Marketing */
                name: string;
                /** @enum {string} */
                role: "viewer" | "editor" | "admin" | "owner";
            }[];
        };
        Member: {
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            userId: string;
            /** @example Ada Lovelace */
            name: string;
            /** Format: email */
            email: string;
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "owner";
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            joinedAt: string;
        };
        Occurrence: {
            /**
             * Format: local-date-time
             * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
             * @example 2030-01-31T09:30
             */
            localTime: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishAt: string;
            /**
             * @description `gap`: clocks go forward over this time, so it is later by as much. `overlap`: clocks go back and show it twice, the first counts. null: nothing of that.
             * @example null
             */
            adjusted: ("gap" | "overlap") | null;
            /** @enum {string} */
            state: "planned" | "made" | "missed" | "skipped";
            postId: string | null;
            reason: ("hour_is_full" | "connections_removed" | "text_too_long" | "media_refused" | "thread_refused") | null;
        };
        Pauses: {
            team: components["schemas"]["Pause"] | null;
            connections: {
                /**
                 * Format: date-time
                 * @example 2030-01-31T09:30:00.000Z
                 */
                pausedAt: string;
                /**
                 * @description Id of the kind `user_…`.
                 * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                pausedBy: string;
                /**
                 * @description Id of the kind `conn_…`.
                 * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                connectionId: string;
            }[];
        };
        PendingConnection: {
            /**
             * @description Id of the kind `pending_…`.
             * @example pending_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            pendingId: string;
            platform: components["schemas"]["PlatformId"];
            accounts: components["schemas"]["OfferedAccount"][];
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            expiresAt: string;
        };
        /**
         * @example {
         *       "id": "post_01jdxb8ncye2ha5vvbz9fnzbzt",
         *       "text": "Good news, everyone!",
         *       "media": [
         *         {
         *           "url": "https://cdn.example.com/news.jpg",
         *           "type": "image/jpeg",
         *           "altText": "Ada at her desk"
         *         }
         *       ],
         *       "overrides": {},
         *       "thread": [],
         *       "firstComment": null,
         *       "state": "scheduled",
         *       "publishAt": "2030-01-31T08:30:00.000Z",
         *       "schedule": {
         *         "localTime": "2030-01-31T09:30",
         *         "timeZone": "Europe/Berlin",
         *         "adjusted": null
         *       },
         *       "recurrence": null,
         *       "targets": [
         *         {
         *           "connectionId": "conn_01jdxb8ncye2ha5vvbz9fnzbzt",
         *           "platform": "mastodon",
         *           "state": "scheduled"
         *         }
         *       ],
         *       "warnings": [],
         *       "authorId": "user_01jdxb8ncye2ha5vvbz9fnzbzt",
         *       "createdAt": "2030-01-30T16:05:12.345Z",
         *       "updatedAt": "2030-01-30T16:05:12.345Z"
         *     }
         */
        Post: {
            /**
             * @description Id of the kind `post_…`.
             * @example post_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            text: string;
            media: components["schemas"]["MediaOutput"][];
            overrides: components["schemas"]["PlatformOverridesOutput"];
            thread: {
                text: string;
                media: components["schemas"]["MediaOutput"][];
            }[];
            firstComment: string | null;
            state: components["schemas"]["PostState"];
            /** @description Of targets with times of their own, the earliest. */
            publishAt: string | null;
            /** @description null where `publishAt` was not given as a local time. */
            schedule: {
                /**
                 * Format: local-date-time
                 * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
                 * @example 2030-01-31T09:30
                 */
                localTime: string;
                /**
                 * Format: iana-time-zone
                 * @description IANA time zone name.
                 * @example Europe/Berlin
                 */
                timeZone: string;
                /**
                 * @description `gap`: clocks go forward over this time, so it is later by as much. `overlap`: clocks go back and show it twice, the first counts. null: nothing of that.
                 * @example null
                 */
                adjusted: ("gap" | "overlap") | null;
            } | null;
            recurrence: {
                /**
                 * @description Id of the kind `recur_…`.
                 * @example recur_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                recurrenceId: string;
                /** @description It was changed by itself: changes of the recurrence leave it alone. */
                edited: boolean;
            } | null;
            targets: components["schemas"]["PostTarget"][];
            /**
             * @description Of targets that wait for their time. Absent in lists.
             * @example []
             */
            warnings?: components["schemas"]["PostWarning"][];
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            authorId: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            updatedAt: string;
        };
        PostMetrics: {
            /**
             * @description Id of the kind `post_…`.
             * @example post_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            postId: string;
            targets: components["schemas"]["TargetMetrics"][];
        };
        Publication: {
            id: components["schemas"]["PublicationId"];
            /**
             * @description Id of the kind `post_…`.
             * @example post_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            postId: string;
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            platform: components["schemas"]["PlatformId"];
            state: components["schemas"]["PublicationState"];
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishAt: string;
            /**
             * Format: date-time
             * @description `publishAt`, or when somebody asked for another try: lateness counts from it.
             * @example 2030-01-31T09:30:00.000Z
             */
            dueAt: string;
            /**
             * Format: date-time
             * @description Absent once nothing will be tried any more.
             * @example 2030-01-31T09:30:00.000Z
             */
            nextAttemptAt?: string;
            /** @example 109302436954721982 */
            platformPostId?: string;
            /**
             * Format: uri
             * @example https://mastodon.social/@ada/109302436954721982
             */
            url?: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishedAt?: string;
            error?: components["schemas"]["PublicationError"];
            /**
             * @description From `dueAt` to the platform call.
             * @example 180
             */
            latenessMs?: number;
            /** @description Where a thread or a first comment follows the post: how much goes out in all. */
            partCount?: number;
            /** @description What of it is out, in order; the first is the post itself. */
            parts?: {
                platformPostId?: string;
                url: string;
                /**
                 * Format: date-time
                 * @example 2030-01-31T09:30:00.000Z
                 */
                publishedAt: string;
            }[];
            /** @description The last 50, the oldest first. */
            attempts: components["schemas"]["PublishAttempt"][];
        };
        PublishOptions: {
            /**
             * @description Id of the kind `conn_…`.
             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            connectionId: string;
            platform: components["schemas"]["PlatformId"];
            /** @description What the account allows, under the name of its platform; empty where that does not depend on the account. */
            options: components["schemas"]["AccountOptions"];
            /**
             * @description Why the account cannot post just now, and what helps; `options` is empty then.
             * @example null
             */
            problem: components["schemas"]["PublicationError"] | null;
        };
        PublishingSettings: {
            lateness: components["schemas"]["LatenessOutput"];
        };
        PublishingStatus: {
            /**
             * @description Their time has come, and they are not settled.
             * @example 3
             */
            due: number;
            /**
             * @description Of these, for more than a minute.
             * @example 1
             */
            late: number;
            /**
             * @description A publisher is at work on them.
             * @example 1
             */
            inFlight: number;
            oldestDueAt: string | null;
            /** @description false: there is more than is counted at once, so figures are "at least". */
            isComplete: boolean;
            /** @description Of the whole team. */
            pause: components["schemas"]["Pause"] | null;
            /** @description The newest 100. */
            connections: {
                /**
                 * @description Their time has come, and they are not settled.
                 * @example 3
                 */
                due: number;
                /**
                 * @description Of these, for more than a minute.
                 * @example 1
                 */
                late: number;
                /**
                 * @description A publisher is at work on them.
                 * @example 1
                 */
                inFlight: number;
                oldestDueAt: string | null;
                /** @description false: there is more than is counted at once, so figures are "at least". */
                isComplete: boolean;
                /**
                 * @description Id of the kind `conn_…`.
                 * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                connectionId: string;
                pause: components["schemas"]["Pause"] | null;
            }[];
        };
        Readiness: {
            /** @enum {string} */
            status: "ready" | "not_ready";
            dependencies: components["schemas"]["Dependency"][];
        };
        Recurrence: {
            /**
             * @description Id of the kind `recur_…`.
             * @example recur_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            text: string;
            media: components["schemas"]["MediaOutput"][];
            overrides: components["schemas"]["PlatformOverridesOutput"];
            thread: {
                text: string;
                media: components["schemas"]["MediaOutput"][];
            }[];
            firstComment: string | null;
            connectionIds: string[];
            rule: components["schemas"]["RecurrenceRuleOutput"];
            /** @description Since when content, connections and rule are these, or will be; null: from the beginning. */
            from: string | null;
            /** @enum {string} */
            state: "active" | "ended";
            /**
             * @description Id of the kind `user_…`.
             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            authorId: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            updatedAt: string;
        };
        Session: {
            /** @example eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0ZjAwIn0.c2lnbmF0dXJl */
            accessToken: string;
            /** @example eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI0ZjAwIn0.c2lnbmF0dXJl */
            refreshToken: string;
            /**
             * @description Seconds until the access token expires.
             * @example 3600
             */
            expiresIn: number;
            /** @constant */
            tokenType: "Bearer";
        };
        SlotTime: {
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            publishAt: string;
            /**
             * Format: local-date-time
             * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
             * @example 2030-01-31T09:30
             */
            localTime: string;
            /**
             * @description `gap`: clocks go forward over this time, so it is later by as much. `overlap`: clocks go back and show it twice, the first counts. null: nothing of that.
             * @example null
             */
            adjusted: ("gap" | "overlap") | null;
        };
        SocialMediaPlatform: {
            id: components["schemas"]["PlatformId"];
            /** @example Mastodon */
            name: string;
            /**
             * @description The way that needs nothing set up, if there is one.
             * @enum {string}
             */
            auth: "oauth2" | "app_password";
            limits: {
                /** @description The usual limits; a server may set its own, which then count. */
                text: components["schemas"]["TextLimits"];
                media: components["schemas"]["MediaLimits"];
                /** @description `replies`: threads and first comments. `comment`: a first comment only. Absent: neither. */
                followUps?: components["schemas"]["FollowUpLimitsOutput"];
                posts?: {
                    /** @example 100 */
                    max: number;
                    /** @example 900 */
                    windowSeconds: number;
                    /**
                     * @description `platform`: it tells how many are left.
                     * @enum {string}
                     */
                    countedBy: "platform" | "us";
                };
            };
            /**
             * @description What an account must have granted for all that can be done with it here.
             * @example [
             *       "write:statuses"
             *     ]
             */
            scopes: string[];
            capabilities: {
                /** @description Accounts live on servers of their own, named when connecting. */
                ownServers: boolean;
                /** @description What a second call after a lost answer does, best first: nothing, provable, refused, unprovable. */
                retryClass: components["schemas"]["RetryClass"];
                /** @description Deleting a connection ends the access at the platform too. */
                revoke: boolean;
                metrics: ("likes" | "reposts" | "replies")[];
            };
            /** @description Accounts can be connected: this installation has what that takes. */
            configured: boolean;
            /**
             * @description The ways to connect an account here, best first.
             * @example [
             *       "oauth2"
             *     ]
             */
            connectBy: ("oauth2" | "app_password")[];
            /**
             * @description `notConfigured`: our app on this platform has no credentials here.
             * @example null
             */
            issue: "notConfigured" | null;
        };
        Team: {
            /**
             * @description Id of the kind `team_…`.
             * @example team_01jdxb8ncye2ha5vvbz9fnzbzt
             */
            id: string;
            /** @example Marketing */
            name: string;
            plan: components["schemas"]["Plan"];
            /** @enum {string} */
            role: "viewer" | "editor" | "admin" | "owner";
            /**
             * Format: date-time
             * @example 2030-01-31T09:30:00.000Z
             */
            createdAt: string;
        };
        TotpEnrolment: {
            /** @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP */
            secret: string;
            /** @example otpauth://totp/ClientNest%3Aada%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=ClientNest */
            otpauthUri: string;
        };
        /**
         * @example {
         *       "message": "Unauthorized"
         *     }
         */
        GatewayRefusal: {
            message: string;
        };
        FollowUpLimitsOutput: {
            /** @enum {string} */
            kind: "replies" | "comment";
            /** @example 24 */
            max: number;
            /** @description Of each part; the server of an account may set its own for replies. */
            text: components["schemas"]["TextLimits"];
            /** @description Pictures and videos, as many as a post may have. */
            media: boolean;
        };
        LatenessOutput: {
            policy: components["schemas"]["LatenessPolicy"];
            /** @example 60 */
            afterMinutes: number;
        };
        MediaOutput: {
            /**
             * Format: uri
             * @description A public https address that answers with the file itself, without redirects to other sites.
             * @example https://cdn.example.com/news.jpg
             */
            url: string;
            /** @example image/jpeg */
            type: components["schemas"]["MediaType"];
            /**
             * @description What the picture shows, for those who do not see it.
             * @example Ada at her desk
             */
            altText?: string;
        };
        PlatformOverridesOutput: {
            mastodon?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who sees it; public without.
                 * @enum {string}
                 */
                visibility?: "public" | "unlisted" | "private";
                /** @description Its pictures are shown after a click only. */
                sensitive?: boolean;
                /** @description A warning before the text. */
                spoilerText?: string;
                /**
                 * @description ISO 639 code.
                 * @example de
                 */
                language?: string;
            };
            bluesky?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Languages of the text (BCP 47).
                 * @example [
                 *       "de"
                 *     ]
                 */
                langs?: string[];
            };
            threads?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who may reply; everyone without.
                 * @enum {string}
                 */
                replyControl?: "everyone" | "accounts_you_follow" | "mentioned_only" | "parent_post_author_only" | "followers_only";
                /**
                 * @description The topic that the post is shown under, without `.` and `&`.
                 * @example Good news
                 */
                topicTag?: string;
                /**
                 * Format: uri
                 * @description The link that is shown with a preview, in place of the first one in the text. Posts with files have none.
                 * @example https://example.com/news
                 */
                linkAttachment?: string;
            };
            facebook?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * Format: uri
                 * @description The link that is shown with a preview, in place of the first one in the text. Posts with files have none.
                 * @example https://example.com/news
                 */
                link?: string;
                /**
                 * @description What a video is published as; `reel`: upright (9:16), of 3 to 90 seconds, 30 a day at most.
                 * @enum {string}
                 */
                format?: "video" | "reel";
                /** @description The title of a video. */
                title?: string;
            };
            linkedin?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Without it: PUBLIC. Connections are a matter of members, not of organizations.
                 * @enum {string}
                 */
                visibility?: "PUBLIC" | "CONNECTIONS";
                /** @description A link that is shown as a card, for posts without files; LinkedIn does not look at the page. */
                article?: {
                    /**
                     * Format: uri
                     * @example https://example.com/news
                     */
                    source: string;
                    /** @example Good news */
                    title: string;
                    description?: string;
                };
            };
            x?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who may reply; without it, everyone.
                 * @enum {string}
                 */
                replySettings?: "following" | "mentionedUsers" | "subscribers" | "verified";
                /** @description Marks the pictures or the video as made with AI. */
                madeWithAi?: boolean;
            };
            instagram?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /** @description A reel is shown in the feed as well. */
                shareToFeed?: boolean;
                /**
                 * Format: uri
                 * @description A picture as cover of a reel; it counts more than `coverOffsetMs`.
                 */
                coverUrl?: string;
                /** @description The moment of a reel that is its cover. */
                coverOffsetMs?: number;
                /** @description Asked to be shown as authors too; for accounts that were connected by Facebook Login. */
                collaborators?: string[];
                /**
                 * @description Id of a Facebook Page with a place.
                 * @example 106377336067638
                 */
                locationId?: string;
                /** @description Marks the post as made with AI. */
                aiGenerated?: boolean;
            };
            pinterest?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /** @example Good news */
                title?: string;
                /**
                 * Format: uri
                 * @description Where the pin leads to.
                 * @example https://example.com/news
                 */
                link?: string;
                /**
                 * @description Another board of the same user.
                 * @example 549755885175
                 */
                boardId?: string;
                /**
                 * @description A section of the board.
                 * @example 549755885175
                 */
                sectionId?: string;
                /**
                 * Format: uri
                 * @description A picture as cover of a video.
                 */
                coverUrl?: string;
                /**
                 * @description The moment of a video that is its cover, exact to the millisecond.
                 * @example 2.5
                 */
                coverSeconds?: number;
            };
            youtube?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Without it, the first line of the text, cut to 100 characters.
                 * @example Good news
                 */
                title?: string;
                /**
                 * @description Without it: public.
                 * @enum {string}
                 */
                privacy?: "public" | "unlisted" | "private";
                /** @description What you declare about the audience; without it, the setting of the channel counts. */
                madeForKids?: boolean;
                tags?: string[];
                /**
                 * @description One of the categories of YouTube.
                 * @example 22
                 */
                categoryId?: string;
                /** @description Without it: yes. */
                notifySubscribers?: boolean;
            };
            tiktok?: {
                /** @example Good news, dear colleagues! */
                text?: string;
                /**
                 * @description Who sees the post. TikTok lets nobody choose it for a user: required, unless the account allows one only. What it allows depends on the account; while our app is not audited, only `private`.
                 * @enum {string}
                 */
                privacy?: "public" | "friends" | "followers" | "private";
                /** @description Of pictures; a video has its text only. */
                title?: string;
                /** @description Off unless wished, and where the account has it off. */
                allowComments?: boolean;
                /** @description Of videos. Off unless wished, and where the account has it off. */
                allowDuets?: boolean;
                /** @description Of videos. Off unless wished, and where the account has it off. */
                allowStitches?: boolean;
                /** @description The post promotes the business of its account. */
                ownBrand?: boolean;
                /** @description The post promotes a third party; never private. */
                paidPartnership?: boolean;
                /** @description Of videos. */
                aiGenerated?: boolean;
                /** @description Which frame of a video is its cover. */
                coverAtMs?: number;
                /** @description Which picture is the cover; the first is 0. */
                coverIndex?: number;
                /** @description TikTok chooses music for pictures. */
                autoAddMusic?: boolean;
            };
        };
        PreferencesOutput: {
            /**
             * @description Language and region (BCP 47).
             * @example en-GB
             */
            locale: string;
            /** @enum {string} */
            weekStartsOn: "monday" | "saturday" | "sunday";
        };
        RecurrenceRuleOutput: {
            /**
             * @description RFC 5545, with UNTIL or COUNT. What it leaves open, such as the time of day, comes from `start`.
             * @example FREQ=WEEKLY;BYDAY=MO,TH;COUNT=10
             */
            rrule: string;
            /**
             * Format: local-date-time
             * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
             * @example 2030-01-31T09:30
             */
            start: string;
            /**
             * Format: iana-time-zone
             * @description IANA time zone name.
             * @example Europe/Berlin
             */
            timeZone: string;
            /**
             * @description Occurrences that are left out.
             * @default []
             */
            except: string[];
        };
        Problem: {
            /** @example urn:clientnest:problem:input.invalid */
            type: string;
            /** @description What the code means. */
            title: string;
            status: number;
            code: components["schemas"]["ProblemCode"];
            /** @description What went wrong this time, in words for people. */
            detail: string;
            /** @description All fields that are wrong; of what is wrong for a connection, the first ten for each. */
            errors?: {
                /**
                 * @description The field to change. What is wrong with a post that is stored is named as in `POST /posts`, whatever the request was.
                 * @example body.text
                 */
                path: string;
                code: string;
                /** @description In words for people. */
                message: string;
                /**
                 * @description The connection for which the field is wrong, where it may do for others.
                 * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                 */
                connectionId?: string;
            }[];
            /** @description Quote it when you report a problem. */
            requestId: string;
        };
    };
    responses: never;
    parameters: {
        /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
        IdempotencyKey: string;
        /** @description The `ETag` of the copy you have: 304 when it is still current. Browsers do this by themselves. */
        IfNoneMatch: string;
        /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
        IfMatch: string;
        /** @description The team to act for; one of those listed by `GET /v1/me`. */
        TeamId: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `user_…`.
                         * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        userId: string;
                    };
                };
            };
        };
    };
    resend: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * @description The code from the e-mail.
                     * @example 123456
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                    /** @example correct horse battery staple */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"] | components["schemas"]["LoginChallenge"];
                };
            };
        };
    };
    loginMfa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * @description Names a sign-in that waits for a code; good for three minutes.
                     * @example AYABeE1tq5Yl0m3wWpL8uWvQ6H4AHQABAAdTZXJ2aWNl
                     */
                    session: string;
                    /**
                     * @description The code that the authenticator app shows.
                     * @example 123456
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    refresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.c2VjcmV0 */
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIn0.c2VjcmV0 */
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.com
                     */
                    email: string;
                    /**
                     * @description The code from the e-mail.
                     * @example 123456
                     */
                    code: string;
                    /** @example correct horse battery staple */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example correct horse battery staple */
                    currentPassword: string;
                    /** @example correct horse battery staple */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    enrolMfa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpEnrolment"];
                };
            };
        };
    };
    verifyMfa: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The code that the authenticator app shows.
                     * @example 123456
                     */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    disableMfa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The code that the authenticator app shows.
                     * @example 123456
                     */
                    code: string;
                } | {
                    /** @example correct horse battery staple */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    updateMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MePatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
        };
    };
    getBlueskyClientMetadata: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BlueskyClientMetadata"];
                };
            };
        };
    };
    listPlatforms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SocialMediaPlatform"][];
                    };
                };
            };
        };
    };
    listTeams: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Team"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Marketing */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
        };
    };
    getTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `team_…`. */
                teamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
        };
    };
    deleteTeam: {
        parameters: {
            query?: {
                /** @description The exact name of the team, as a confirmation. */
                name?: string;
            };
            header?: never;
            path: {
                /** @description Id of the kind `team_…`. */
                teamId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateTeam: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `team_…`. */
                teamId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Marketing */
                    name: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    deleteMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `user_…`. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `user_…`. */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "viewer" | "editor" | "admin" | "owner";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Invitation"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `invite_…`.
                         * @example invite_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        id: string;
                        /** Format: email */
                        email: string;
                        /** @enum {string} */
                        role: "viewer" | "editor" | "admin" | "owner";
                        /**
                         * @description Id of the kind `user_…`.
                         * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        invitedBy: string;
                        /**
                         * Format: date-time
                         * @example 2030-01-31T09:30:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @example 2030-01-31T09:30:00.000Z
                         */
                        expiresAt: string;
                        /** @example cn_invite_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzv_3q2-7wEjRWeJ */
                        token: string;
                    };
                };
            };
        };
    };
    deleteInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `invite_…`. */
                invitationId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example cn_invite_01jdxb8ncye2ha5vvbz9fnzbzt01jdxb8ncye2ha5vvbz9fnzbzv_3q2-7wEjRWeJ */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `invite_…`.
                         * @example invite_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        id: string;
                        /**
                         * @description Id of the kind `team_…`.
                         * @example team_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        teamId: string;
                        /** @enum {string} */
                        role: "viewer" | "editor" | "admin" | "owner";
                    };
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ApiKey"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewApiKey"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `key_…`.
                         * @example key_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        id: string;
                        /** @example Website */
                        name: string;
                        /** @example cn_01jdxb8ncye2ha5vvbz9fnzbzt */
                        prefix: string;
                        scopes: ("posts:read" | "posts:write" | "publishing:write" | "connections:read" | "connections:write" | "analytics:read" | "team:read" | "audit:read")[];
                        /** @description null: as many as the plan allows. */
                        requestsPerHour: number | null;
                        expiresAt: string | null;
                        /**
                         * @description Id of the kind `user_…`.
                         * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        createdBy: string;
                        /**
                         * Format: date-time
                         * @example 2030-01-31T09:30:00.000Z
                         */
                        createdAt: string;
                        /** @description To the hour; null: not used yet. */
                        lastUsedAt: string | null;
                        /** @example cn_01jdxb8ncye2ha5vvbz9fnzbzt_3q2-7wEjRWeJ */
                        secret: string;
                    };
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `key_…`. */
                apiKeyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    authorizeConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": ({
                    /** @constant */
                    platform: "mastodon";
                    /**
                     * Format: uri
                     * @default https://mastodon.social
                     * @example https://mastodon.social
                     */
                    server?: string;
                    /**
                     * Format: uri
                     * @description Where the platform sends the user back to, with its answer; it must know the address.
                     * @example https://app.example.com/connected
                     */
                    redirectUri: string;
                } | {
                    /** @constant */
                    platform: "instagram";
                    /**
                     * @description `instagram`: the account signs in itself. `facebook`: with our Facebook app, and the user chooses among the accounts that are linked to pages.
                     * @default instagram
                     */
                    login?: components["schemas"]["InstagramLogin"];
                    /**
                     * Format: uri
                     * @description Where the platform sends the user back to, with its answer; it must know the address.
                     * @example https://app.example.com/connected
                     */
                    redirectUri: string;
                } | {
                    /** @constant */
                    platform: "bluesky";
                    /**
                     * @description Handle or DID of the account; or the address of its server, where the user signs in by e-mail.
                     * @example ada.bsky.social
                     */
                    identifier: string;
                    /**
                     * Format: uri
                     * @description Where the platform sends the user back to, with its answer; it must know the address.
                     * @example https://app.example.com/connected
                     */
                    redirectUri: string;
                } | {
                    /** @enum {string} */
                    platform: "threads" | "facebook" | "linkedin" | "x" | "youtube" | "tiktok" | "pinterest";
                    /**
                     * Format: uri
                     * @description Where the platform sends the user back to, with its answer; it must know the address.
                     * @example https://app.example.com/connected
                     */
                    redirectUri: string;
                }) | ({
                    /** @constant */
                    platform: "mastodon";
                    /**
                     * Format: uri
                     * @default https://mastodon.social
                     * @example https://mastodon.social
                     */
                    server?: string;
                    /**
                     * Format: uri
                     * @description In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.
                     * @example https://app.example.com/connected
                     */
                    returnTo: string;
                } | {
                    /** @constant */
                    platform: "instagram";
                    /**
                     * @description `instagram`: the account signs in itself. `facebook`: with our Facebook app, and the user chooses among the accounts that are linked to pages.
                     * @default instagram
                     */
                    login?: components["schemas"]["InstagramLogin"];
                    /**
                     * Format: uri
                     * @description In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.
                     * @example https://app.example.com/connected
                     */
                    returnTo: string;
                } | {
                    /** @constant */
                    platform: "bluesky";
                    /**
                     * @description Handle or DID of the account; or the address of its server, where the user signs in by e-mail.
                     * @example ada.bsky.social
                     */
                    identifier: string;
                    /**
                     * Format: uri
                     * @description In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.
                     * @example https://app.example.com/connected
                     */
                    returnTo: string;
                } | {
                    /** @enum {string} */
                    platform: "threads" | "facebook" | "linkedin" | "x" | "youtube" | "tiktok" | "pinterest";
                    /**
                     * Format: uri
                     * @description In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.
                     * @example https://app.example.com/connected
                     */
                    returnTo: string;
                });
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uri
                         * @example https://mastodon.social/oauth/authorize?response_type=code&client_id=c1&state=q1w2e3r4t5y6
                         */
                        authorizationUrl: string;
                        /** @example q1w2e3r4t5y6 */
                        state: string;
                    };
                };
            };
        };
    };
    receiveConsent: {
        parameters: {
            query: {
                state: string;
                code?: string;
                /** @description Why there is no code, in the words of the platform. */
                error?: string;
                /** @description Goes nowhere. */
                error_description?: string;
                iss?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: never;
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                /** @description Only those on this platform. */
                platform?: components["schemas"]["PlatformId"];
                /** @description Only those in this state. */
                state?: components["schemas"]["ConnectionState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Connection"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createConnection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewConnection"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"] | components["schemas"]["PendingConnection"];
                };
            };
        };
    };
    getPendingConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `pending_…`. */
                pendingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PendingConnection"];
                };
            };
        };
    };
    selectAccounts: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `pending_…`. */
                pendingId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    accountIds: string[];
                };
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Connection"][];
                    };
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
        };
    };
    deleteConnection: {
        parameters: {
            query?: {
                scheduled?: components["schemas"]["Scheduled"];
            };
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConnectionPatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
        };
    };
    changeConnections: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    action: "enable" | "disable" | "check" | "refresh" | "disconnect";
                    connectionIds: string[];
                    /** @description To disconnect: what becomes of publications that are still to go out. */
                    scheduled?: components["schemas"]["Scheduled"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Id of the kind `conn_…`.
                             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                             */
                            connectionId: string;
                            /** @example 200 */
                            status: number;
                            error?: {
                                /** @example connection.not_renewable */
                                code: string;
                                detail: string;
                            };
                        }[];
                    };
                };
            };
        };
    };
    reconnectConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uri
                     * @description Where the platform sends the user back to, with its answer; it must know the address.
                     * @example https://app.example.com/connected
                     */
                    redirectUri: string;
                    /** @description Instagram: by which login; its own without it. */
                    login?: components["schemas"]["InstagramLogin"];
                } | {
                    /**
                     * Format: uri
                     * @description In place of `redirectUri`: the platform sends the user to `GET /v1/connections/callback`, which sends them on to this address of a frontend that this installation knows.
                     * @example https://app.example.com/connected
                     */
                    returnTo: string;
                    /** @description Instagram: by which login; its own without it. */
                    login?: components["schemas"]["InstagramLogin"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uri
                         * @example https://mastodon.social/oauth/authorize?response_type=code&client_id=c1&state=q1w2e3r4t5y6
                         */
                        authorizationUrl: string;
                        /** @example q1w2e3r4t5y6 */
                        state: string;
                    };
                };
            };
        };
    };
    refreshConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Connection"];
                };
            };
        };
    };
    getConnectionHealth: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `conn_…`.
                         * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        connectionId: string;
                        state: components["schemas"]["ConnectionState"];
                        /**
                         * @description `unknown`: the platform was not asked yet.
                         * @enum {string}
                         */
                        status: "ok" | "failing" | "unknown";
                        /**
                         * @description What is wrong and what helps.
                         * @example null
                         */
                        reason: components["schemas"]["PublicationError"] | null;
                        checkedAt: string | null;
                        /** @description All that is wrong, or will be, and what helps; worst first. */
                        problems: components["schemas"]["PublicationError"][];
                    };
                };
            };
        };
    };
    getConnectionQuota: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionQuota"];
                };
            };
        };
    };
    getPublishOptions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishOptions"];
                };
            };
        };
    };
    listPosts: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                state?: components["schemas"]["PostState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Post"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createPost: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPost"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    getPost: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    deletePost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updatePost: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PostPatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    schedulePost: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    mode: "at";
                    publishAt: string | {
                        /**
                         * Format: local-date-time
                         * @description A local time, `YYYY-MM-DDThh:mm`, without offset.
                         * @example 2030-01-31T09:30
                         */
                        localTime: string;
                        /**
                         * Format: iana-time-zone
                         * @description IANA time zone name.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                    };
                } | {
                    /** @constant */
                    mode: "next_slot";
                } | {
                    /** @constant */
                    mode: "now";
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    publishPost: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on; it goes on in the background */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Post"];
                };
            };
        };
    };
    listPublications: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Publication"][];
                    };
                };
            };
        };
    };
    getPublication: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `pub_…`. */
                publicationId: components["schemas"]["PublicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
        };
    };
    retryPublication: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `pub_…`. */
                publicationId: components["schemas"]["PublicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Taken on; it goes on in the background */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
        };
    };
    confirmPublication: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `pub_…`. */
                publicationId: components["schemas"]["PublicationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uri
                     * @example https://mastodon.social/@ada/109302436954721982
                     */
                    url: string;
                    /**
                     * @description Without it, no figures are collected, and a thread ends there.
                     * @example 109302436954721982
                     */
                    platformPostId?: string;
                } | {
                    /** @constant */
                    published: false;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
        };
    };
    cancelPublication: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @description Id of the kind `pub_…`. */
                publicationId: components["schemas"]["PublicationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Publication"];
                };
            };
        };
    };
    getPublishingSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishingSettings"];
                };
            };
        };
    };
    setPublishingSettings: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    lateness: components["schemas"]["Lateness"];
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishingSettings"];
                };
            };
        };
    };
    pausePublishing: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Without it, the whole team.
                     * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                     */
                    connectionId?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        team: components["schemas"]["Pause"] | null;
                        connections: {
                            /**
                             * Format: date-time
                             * @example 2030-01-31T09:30:00.000Z
                             */
                            pausedAt: string;
                            /**
                             * @description Id of the kind `user_…`.
                             * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                             */
                            pausedBy: string;
                            /**
                             * @description Id of the kind `conn_…`.
                             * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                             */
                            connectionId: string;
                        }[];
                        inFlight: number;
                        /** @description false: there is more than is counted at once, so figures are "at least". */
                        isComplete: boolean;
                    };
                };
            };
        };
    };
    resumePublishing: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Without it, the whole team.
                     * @example conn_01jdxb8ncye2ha5vvbz9fnzbzt
                     */
                    connectionId?: string;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pauses"];
                };
            };
        };
    };
    getPublishingStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishingStatus"];
                };
            };
        };
    };
    getConnectionSlots: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionSlots"];
                };
            };
        };
    };
    setConnectionSlots: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WeeklySlots"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionSlots"];
                };
            };
        };
    };
    listFreeSlots: {
        parameters: {
            query?: {
                /** @description How many, 1 to 50. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of the kind `conn_…`. */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SlotTime"][];
                    };
                };
            };
        };
    };
    listRecurrences: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Recurrence"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    createRecurrence: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRecurrence"];
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recurrence"];
                };
            };
        };
    };
    previewRecurrence: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    rule: components["schemas"]["RecurrenceRule"];
                    /**
                     * @description How many, 1 to 100.
                     * @default 10
                     */
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SlotTime"][];
                        /**
                         * @description Of all occurrences, past ones included.
                         * @example 10
                         */
                        total: number;
                    };
                };
            };
        };
    };
    getRecurrence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `recur_…`. */
                recurrenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Id of the kind `recur_…`.
                         * @example recur_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        id: string;
                        text: string;
                        media: components["schemas"]["MediaOutput"][];
                        overrides: components["schemas"]["PlatformOverridesOutput"];
                        thread: {
                            text: string;
                            media: components["schemas"]["MediaOutput"][];
                        }[];
                        firstComment: string | null;
                        connectionIds: string[];
                        rule: components["schemas"]["RecurrenceRuleOutput"];
                        /** @description Since when content, connections and rule are these, or will be; null: from the beginning. */
                        from: string | null;
                        /** @enum {string} */
                        state: "active" | "ended";
                        /**
                         * @description Id of the kind `user_…`.
                         * @example user_01jdxb8ncye2ha5vvbz9fnzbzt
                         */
                        authorId: string;
                        /**
                         * Format: date-time
                         * @example 2030-01-31T09:30:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @example 2030-01-31T09:30:00.000Z
                         */
                        updatedAt: string;
                        /** @description The next ten. */
                        occurrences: components["schemas"]["Occurrence"][];
                        /** @description Of the last seven days, those of which no post came: missed or skipped, the latest ten. */
                        lapsed: components["schemas"]["Occurrence"][];
                    };
                };
            };
        };
    };
    deleteRecurrence: {
        parameters: {
            query?: {
                /** @description What becomes of scheduled posts. */
                scheduled?: "cancel" | "keep";
            };
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `recur_…`. */
                recurrenceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateRecurrence: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what you saw: the change goes on only while it is that version, and is refused with 412 otherwise. */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @description Id of the kind `recur_…`. */
                recurrenceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RecurrencePatch"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Recurrence"];
                };
            };
        };
    };
    getPostMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the kind `post_…`. */
                postId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PostMetrics"];
                };
            };
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Items a page, 1 to 100. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
                action?: string;
                userId?: string;
                target?: string;
                outcome?: "done" | "refused";
                from?: string;
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /**
                         * @description null on the last page.
                         * @example kX3pZQ9vUE9TVCMwMWpkeGI4bmN5
                         */
                        next: string | null;
                    };
                };
            };
        };
    };
    verifyAuditLog: {
        parameters: {
            query?: never;
            header?: {
                /** @description Names this request, for 24 hours: sent again with the same key and body, it is not done again but answered as the first time. A UUID does. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default 1 */
                    from?: number;
                };
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditVerdict"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                };
            };
        };
    };
    getDocsScript: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/javascript; charset=utf-8": string;
                };
            };
        };
    };
    getDocsStyle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/css; charset=utf-8": string;
                };
            };
        };
    };
}
/** Operations that need no caller. */
export const openOperations: readonly string[] = [
  "POST /auth/register",
  "POST /auth/resend",
  "POST /auth/confirm",
  "POST /auth/login",
  "POST /auth/login/mfa",
  "POST /auth/refresh",
  "POST /auth/logout",
  "POST /auth/forgot-password",
  "POST /auth/reset-password",
  "GET /oauth/bluesky/client-metadata.json",
  "GET /connections/callback",
  "GET /health",
  "GET /health/ready",
  "GET /openapi.json",
  "GET /docs",
  "GET /docs/page.js",
  "GET /docs/page.css"
];
/** Operations that take an `Idempotency-Key`. */
export const keyedOperations: readonly string[] = [
  "POST /auth/mfa/verify",
  "POST /teams",
  "POST /connections/authorize",
  "POST /connections/pending/{pendingId}/select",
  "POST /connections/bulk",
  "POST /connections/{connectionId}/reconnect",
  "POST /connections/{connectionId}/refresh",
  "POST /posts",
  "POST /posts/{postId}/schedule",
  "POST /posts/{postId}/publish",
  "POST /publications/{publicationId}/retry",
  "POST /publications/{publicationId}/confirm",
  "POST /publications/{publicationId}/cancel",
  "POST /publishing/pause",
  "POST /publishing/resume",
  "POST /recurrences",
  "POST /recurrences/preview",
  "POST /audit-log/verify"
];
