import { definePlugin } from '@tekton/harmonia/plugin';
import { download } from './download.js';
import { paginate } from './paginate.js';
import { request } from './request.js';
import { upload } from './upload.js';

export default definePlugin({ id: 'http', tasks: [request, paginate, download, upload] });
