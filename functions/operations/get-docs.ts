import { endpoint } from '../runtime/endpoint.ts';
import { operationsContract } from './contract.ts';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ClientNest API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<main id="docs"></main>
<script src="docs/page.js"></script>
</body>
</html>
`;

export const getDocs = () => page;

export const handler = endpoint(operationsContract.getDocs, getDocs, () => undefined);
