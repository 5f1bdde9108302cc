// Made by npm run openapi of docs/openapi.json, sha256 9b21cc29f8eaf8cee018f7e83d2abccfff12884f666da04d47084b0a17ba28c1. Types only.

export interface paths {
    "/": {
        /** What this is and where to look. A browser is sent to the documentation. */
        get: operations["DiscoveryController.root"];
    };
    "/admin/shutdown": {
        /** Stops the service within three seconds. What runs goes on after the next start. From this machine, or with the token. */
        post: operations["ShutdownController.stop[2]"];
    };
    "/api": {
        /** What this is and where to look. */
        get: operations["DiscoveryController.index[0]"];
    };
    "/api/v1": {
        /** What this is and where to look. */
        get: operations["DiscoveryController.index[1]"];
    };
    "/api/v1/actions/{action}": {
        /** Call an action, in the protocol in which workflows call components. */
        post: operations["ActionsController.call[0]"];
    };
    "/api/v1/actions/{action}/schema": {
        /** JSON Schema of the params of an action. */
        get: operations["ActionsController.schema[0]"];
    };
    "/api/v1/approvals": {
        /** List the approvals that wait for an answer, oldest first. */
        get: operations["WaitsController.approvals[0]"];
    };
    "/api/v1/audit": {
        /** List changes, and attempts that were refused, newest first. */
        get: operations["AuditController.list[0]"];
    };
    "/api/v1/audit/verify": {
        /** Prove that the records are what was written, by computing their chain anew. */
        get: operations["AuditController.verify[0]"];
    };
    "/api/v1/callbacks/{token}": {
        /** The one-time URL of a webhook step: its output is the body, or the query when there is none. */
        get: operations["WaitsController.callBack_get"];
        /** The one-time URL of a webhook step: its output is the body, or the query when there is none. */
        put: operations["WaitsController.callBack_put"];
        /** The one-time URL of a webhook step: its output is the body, or the query when there is none. */
        post: operations["WaitsController.callBack_post"];
        /** The one-time URL of a webhook step: its output is the body, or the query when there is none. */
        delete: operations["WaitsController.callBack_delete"];
    };
    "/api/v1/capabilities": {
        /** What Harmonia does for other components. */
        get: operations["ActionsController.offered[0]"];
    };
    "/api/v1/capabilities/{capability}": {
        /** Call an action with its params as the body; the answer has no envelope. */
        post: operations["CapabilitiesController.call[0]"];
    };
    "/api/v1/checkpoints": {
        /** List checkpoints, newest first; of one execution with execution_id. */
        get: operations["CheckpointsController.list[0]"];
        /** Name the current position of the journal of an execution. */
        post: operations["CheckpointsController.takeOf[0]"];
    };
    "/api/v1/checkpoints/{id}": {
        /** Get a checkpoint with what its tasks were then. */
        get: operations["CheckpointsController.get[0]"];
        /** Delete a checkpoint: the name, not the journal. Executions restored from it stay. */
        delete: operations["CheckpointsController.remove[0]"];
    };
    "/api/v1/checkpoints/{id}/restore": {
        /** Start a new execution that keeps what had ended at the checkpoint, and runs the rest. */
        post: operations["CheckpointsController.restore[0]"];
    };
    "/api/v1/checkpoints/{id}/validate": {
        /** Whether the checkpoint can be restored here and now: its journal is there, its task types are. */
        post: operations["CheckpointsController.validate[0]"];
    };
    "/api/v1/component-actions": {
        /** List the actions that somebody wrote down, and those that the page of the platform offers. */
        get: operations["ComponentNotesController.actions[0]"];
        /** Write down an action of a component; written again, it takes the place of the first. */
        post: operations["ComponentNotesController.addAction[0]"];
    };
    "/api/v1/component-mappings": {
        /** List which component does tasks of which type. */
        get: operations["ComponentNotesController.mappings[0]"];
        /** Say which component does tasks of a type. */
        put: operations["ComponentNotesController.map[0]"];
    };
    "/api/v1/component-tasks": {
        /** List the tasks that were given to components. */
        get: operations["ComponentNotesController.assignments[0]"];
    };
    "/api/v1/component-tasks/assign": {
        /** Give a task to a component. */
        post: operations["ComponentNotesController.assign[0]"];
    };
    "/api/v1/component-tasks/{task_id}/unassign": {
        /** Take a task back. That nobody had it is no mistake. */
        post: operations["ComponentNotesController.unassign[0]"];
    };
    "/api/v1/components": {
        /** List the names of components, or with ?details=true more of each. */
        get: operations["ComponentsController.list[0]"];
        /** Register a component: workflows call its actions as those of any other. */
        post: operations["ComponentsController.register[0]"];
    };
    "/api/v1/components/{name}": {
        /** Show a component; its secret is masked. */
        get: operations["ComponentsController.get[0]"];
        /** Change a registration. Fields that are absent stay as they are; a masked secret does, too. */
        put: operations["ComponentsController.update[0]"];
        /** Delete a registration, with its secret. One that it took the place of is there again. */
        delete: operations["ComponentsController.remove[0]"];
    };
    "/api/v1/components/{name}/actions": {
        /** List the names of the actions of a component. */
        get: operations["ComponentsController.actions[0]"];
    };
    "/api/v1/components/{name}/actions/{action}": {
        /** Show what an action takes. */
        get: operations["ComponentsController.action[0]"];
        /** Call an action; data is its result. The body is its params. */
        post: operations["ComponentsController.call[0]"];
    };
    "/api/v1/components/{name}/test": {
        /** Ask it now, for /health or by an action, and tell what came. That it fails is an answer, too. */
        post: operations["ComponentsController.test[0]"];
    };
    "/api/v1/credentials": {
        /** List credentials by name, without what is secret. */
        get: operations["CredentialsController.list[0]"];
    };
    "/api/v1/credentials/rotate": {
        /** Encrypt all credentials with a new key, and forget the old one. */
        post: operations["CredentialsController.rotate[0]"];
    };
    "/api/v1/credentials/{name}": {
        /** Get a credential, without what is secret. */
        get: operations["CredentialsController.get[0]"];
        /** Make a credential, or put another one in its place. Executions see it from their next attempt on. */
        put: operations["CredentialsController.put[0]"];
        /** Delete a credential. */
        delete: operations["CredentialsController.remove[0]"];
    };
    "/api/v1/deliveries/{id}/redeliver": {
        /** Deliver once more what was delivered or failed: a new delivery, by the webhook or trigger of today. */
        post: operations["DeliveriesController.redeliver[0]"];
    };
    "/api/v1/destinations": {
        /** List the destinations that were asked of late, and those whose circuit is open, by name. */
        get: operations["DestinationsController.list[0]"];
    };
    "/api/v1/destinations/{destination}/reset": {
        /** Close the circuit of a destination (its name encoded for a URL) and forget its failures. */
        post: operations["DestinationsController.reset[0]"];
    };
    "/api/v1/discovery": {
        /** What it offers, for other components. */
        get: operations["DiscoveryController.discovery[1]"];
    };
    "/api/v1/events": {
        /** Give an event to the executions that can wait for one. It is kept for waits that come later. */
        post: operations["WaitsController.publish[0]"];
    };
    "/api/v1/executions": {
        /** List executions; also by metadata.<key>=value. */
        get: operations["ExecutionPagesController.list[0]"];
        /** Start an execution. */
        post: operations["ExecutionsController.start[0]"];
    };
    "/api/v1/executions/{id}": {
        /** Get an execution with its tasks and progress; with `at`, as it was then. */
        get: operations["ExecutionPagesController.get[0]"];
        /** Delete an ended execution and its journal. */
        delete: operations["ExecutionsController.remove[0]"];
    };
    "/api/v1/executions/{id}/approvals": {
        /** Answer an approval. */
        post: operations["WaitsController.approve[0]"];
    };
    "/api/v1/executions/{id}/cancel": {
        /** Cancel an execution: running attempts are aborted, the rest does not start. */
        post: operations["ExecutionsController.cancel[0]"];
    };
    "/api/v1/executions/{id}/checkpoint": {
        /** Name the current position of the journal. */
        post: operations["CheckpointsController.take[0]"];
    };
    "/api/v1/executions/{id}/checkpoints": {
        /** List the checkpoints of an execution, newest first. */
        get: operations["CheckpointsController.listOf[0]"];
        /** Name the current position of the journal. */
        post: operations["CheckpointsController.take[1]"];
    };
    "/api/v1/executions/{id}/diagnose": {
        /** Why an execution failed, waits or stands still: causes with evidence from its journal, and what can be done. */
        post: operations["DiagnosisController.diagnose[0]"];
    };
    "/api/v1/executions/{id}/events": {
        /** Its public events after `since`, at most `limit`; go on with next_since until it is null. */
        get: operations["ExecutionPagesController.events[0]"];
    };
    "/api/v1/executions/{id}/history": {
        /** Its public events after `since`, at most `limit`; go on with next_since until it is null. */
        get: operations["ExecutionPagesController.events[1]"];
    };
    "/api/v1/executions/{id}/logs": {
        /** What its tasks logged. */
        get: operations["ExecutionPagesController.logs[0]"];
    };
    "/api/v1/executions/{id}/metrics": {
        /** Durations, waits, retries, errors, critical path. */
        get: operations["ExecutionPagesController.metrics[0]"];
    };
    "/api/v1/executions/{id}/pause": {
        /** Pause an execution: running attempts end, nothing starts. */
        post: operations["ExecutionsController.pause[0]"];
    };
    "/api/v1/executions/{id}/reexecute": {
        /** Run an execution again from where it stands; dry_run=true answers what would be kept, reset and created. */
        post: operations["ReexecutionController.reexecute[0]"];
    };
    "/api/v1/executions/{id}/restart": {
        /** Start a new execution of the same version with the same input. */
        post: operations["WorkflowRunsController.restart[0]"];
    };
    "/api/v1/executions/{id}/restore": {
        /** The same, for a checkpoint of this execution. */
        post: operations["CheckpointsController.restoreInto[0]"];
    };
    "/api/v1/executions/{id}/resume": {
        /** Resume a paused execution; one that has used up its budget with a higher one. */
        post: operations["ExecutionsController.resume[0]"];
    };
    "/api/v1/executions/{id}/retry": {
        /** Run failed tasks again, and what depends on them, in the same execution. */
        post: operations["WorkflowRunsController.retry[0]"];
    };
    "/api/v1/executions/{id}/signal": {
        /** Give an event to one execution. */
        post: operations["WaitsController.signal[0]"];
    };
    "/api/v1/executions/{id}/state": {
        /** Get the variables of an execution, now or right after an event of its journal. */
        get: operations["VariablesController.get[0]"];
        /** Assign variables of the workflow; those that are not named stay. Steps that wait for one hear of it. */
        put: operations["VariablesController.set[0]"];
    };
    "/api/v1/executions/{id}/stop": {
        /** Cancel an execution: running attempts are aborted, the rest does not start. */
        post: operations["ExecutionsController.cancel[1]"];
    };
    "/api/v1/executions/{id}/suspend": {
        /** Pause an execution: running attempts end, nothing starts. */
        post: operations["ExecutionsController.pause[1]"];
    };
    "/api/v1/executions/{id}/tasks": {
        /** The runs of its tasks in definition order, then of steps in constructs as they began; all tasks when no limit is given. */
        get: operations["ExecutionPagesController.tasks[0]"];
    };
    "/api/v1/executions/{id}/terminate": {
        /** Cancel an execution: running attempts are aborted, the rest does not start. */
        post: operations["ExecutionsController.cancel[2]"];
    };
    "/api/v1/executions/{id}/timeline": {
        /** Its attempts and pauses over time. */
        get: operations["ExecutionPagesController.timeline[0]"];
    };
    "/api/v1/executions/{id}/verify": {
        /** Prove that its journal holds what was written; `head` is the link of the last event, or of `at`. */
        get: operations["ExecutionPagesController.verify[0]"];
    };
    "/api/v1/expressions/evaluate": {
        /** Work an expression out, over an execution, over given values, or both. Secrets are not there. */
        post: operations["ExpressionsController.evaluate[0]"];
    };
    "/api/v1/expressions/help": {
        /** What an expression reads, gives and lacks where it is to stand; or expressions that do what words say, each compiled and tried. */
        post: operations["ExpressionHelpController.help[0]"];
    };
    "/api/v1/hermes": {
        /** How it stands with Hermes: the registration, our tools there, other components. */
        get: operations["HermesController.status[0]"];
    };
    "/api/v1/hermes/register": {
        /** Register with Hermes now rather than when it is due. GET /api/v1/hermes tells what comes of it. */
        post: operations["HermesController.register[0]"];
    };
    "/api/v1/instances/{id}": {
        /** Get an execution, with the step that is under way. */
        get: operations["InstancesController.get[0]"];
    };
    "/api/v1/instances/{id}/cancel": {
        /** Cancel an execution: running attempts are aborted, the rest does not start. */
        post: operations["ExecutionsController.cancel[3]"];
    };
    "/api/v1/instances/{id}/debug": {
        /** Everything about it at once: tasks, variables, the last lines that tasks logged. */
        get: operations["InstancesController.debug[0]"];
    };
    "/api/v1/instances/{id}/history": {
        /** Its events, as the user guide words them. */
        get: operations["InstancesController.entries[0]"];
    };
    "/api/v1/instances/{id}/pause": {
        /** Pause an execution: running attempts end, nothing starts. */
        post: operations["ExecutionsController.pause[2]"];
    };
    "/api/v1/instances/{id}/resume": {
        /** Resume a paused execution; one that has used up its budget with a higher one. */
        post: operations["ExecutionsController.resume[1]"];
    };
    "/api/v1/instances/{id}/state": {
        /** Its variables. */
        get: operations["InstancesController.state[0]"];
        /** Merge values into its variables, objects deeply. Steps that wait for one hear of it. */
        post: operations["InstancesController.mergeState[0]"];
    };
    "/api/v1/keys": {
        /** List API keys, newest first, without what is secret. */
        get: operations["KeysController.list[0]"];
        /** Make an API key. It is told this once. */
        post: operations["KeysController.create[0]"];
    };
    "/api/v1/keys/{id}": {
        /** Revoke an API key: from now on it opens nothing, and its streams end. */
        delete: operations["KeysController.revoke[0]"];
    };
    "/api/v1/llm/create-workflow": {
        /** A plan of a workflow in words, from a goal. A model says it, nobody checks it, and nothing is kept or run. */
        post: operations["AdviceController.create[0]"];
    };
    "/api/v1/llm/evaluate": {
        /** What an expression gives on a state, step by step. A model says it, nobody checks it, and nothing is kept or run. */
        post: operations["AdviceController.evaluate[0]"];
    };
    "/api/v1/llm/expand": {
        /** A text with its places filled from a state. A model says it, nobody checks it, and nothing is kept or run. */
        post: operations["AdviceController.expand[0]"];
    };
    "/api/v1/llm/status": {
        /** The ways to a language model, and whether they would be used. Looks whether they are there; asks no model. */
        get: operations["LlmController.status[0]"];
    };
    "/api/v1/llm/transition": {
        /** What a step changed of a state, and which steps should come next. A model says it, nobody checks it, and nothing is kept or run. */
        post: operations["AdviceController.transition[0]"];
    };
    "/api/v1/llm/troubleshoot": {
        /** What went wrong in a run that is described, how to go on, and how to prevent it. A model says it, nobody checks it, and nothing is kept or run. */
        post: operations["AdviceController.troubleshoot[0]"];
    };
    "/api/v1/llm/usage": {
        /** Tokens that calls of language models took and what they cost, together and in groups. */
        get: operations["LlmController.usage[0]"];
    };
    "/api/v1/message": {
        /**
         * Answer a command, or words; `help` tells what it knows. A model is asked only about words.
         * @description What a message asks for needs the permission that it needs elsewhere: read, run, or write to create.
         */
        post: operations["MessageController.answer[0]"];
    };
    "/api/v1/optimizer/calibration": {
        /** Predictions held against what was observed, over all suggestions that were followed to their end. */
        get: operations["CanaryController.calibration[0]"];
    };
    "/api/v1/optimizer/facts": {
        /** What the operator states of actions: their effects, and which commute. */
        get: operations["OptimizerFactsController.get[0]"];
        /** State what actions do, for all workflows. Replaces what was stated before. */
        put: operations["OptimizerFactsController.put[0]"];
    };
    "/api/v1/plugins": {
        /** List the plugins by id. */
        get: operations["PluginsController.list[0]"];
        /** Install a plugin. Its tasks can be used at once. */
        post: operations["PluginsController.install[0]"];
    };
    "/api/v1/plugins/{id}": {
        /** Get a plugin. */
        get: operations["PluginsController.get[0]"];
        /** Remove an installed plugin. Executions under way keep it until they end. */
        delete: operations["PluginsController.remove[0]"];
    };
    "/api/v1/plugins/{id}/config": {
        /** Get the settings of a plugin. */
        get: operations["PluginsController.config[0]"];
        /** Make the settings of a plugin, over those of the configuration. Attempts that begin from now on see them. */
        put: operations["PluginsController.configure[0]"];
    };
    "/api/v1/plugins/{id}/disable": {
        /** Switch a plugin off. Executions under way keep it; new ones do not find it. */
        post: operations["PluginsController.disable[0]"];
    };
    "/api/v1/plugins/{id}/enable": {
        /** Switch a plugin on. */
        post: operations["PluginsController.enable[0]"];
    };
    "/api/v1/plugins/{id}/upgrade": {
        /** Put another version in the place of an installed plugin. Executions under way keep theirs. */
        post: operations["PluginsController.upgrade[0]"];
    };
    "/api/v1/schedules": {
        /** List schedules, newest first. */
        get: operations["SchedulesController.list[0]"];
        /** Keep a schedule. */
        post: operations["SchedulesController.create[0]"];
    };
    "/api/v1/schedules/preview": {
        /** When the ticks of a schedule would be, and what daylight saving time does to them. */
        post: operations["SchedulesController.preview[0]"];
    };
    "/api/v1/schedules/{id}": {
        /** Get a schedule. */
        get: operations["SchedulesController.get[0]"];
        /** Replace a schedule. Ticks that are due are settled before; none comes again. */
        put: operations["SchedulesController.replace[0]"];
        /** Delete a schedule and its ticks. Executions that it started stay. */
        delete: operations["SchedulesController.remove[0]"];
    };
    "/api/v1/schedules/{id}/backfill": {
        /** Start the ticks between two times that are past, but those that had been started. */
        post: operations["SchedulesController.backfill[0]"];
    };
    "/api/v1/schedules/{id}/pause": {
        /** Start nothing by the clock until it is resumed. */
        post: operations["SchedulesController.pause[0]"];
    };
    "/api/v1/schedules/{id}/resume": {
        /** Go on. The ticks that came meanwhile are recorded as skipped. */
        post: operations["SchedulesController.resume[0]"];
    };
    "/api/v1/schedules/{id}/ticks": {
        /** List what became of its ticks, the latest first. */
        get: operations["SchedulesController.ticks[0]"];
    };
    "/api/v1/schedules/{id}/trigger": {
        /** A tick now, also while paused. */
        post: operations["SchedulesController.trigger[0]"];
    };
    "/api/v1/schedules/{id}/upcoming": {
        /** The next ticks by the pattern. */
        get: operations["SchedulesController.upcoming[0]"];
    };
    "/api/v1/sprints": {
        /** List sprints; of one status with status=Ready-2:Harmonia. */
        get: operations["SprintsController.list[0]"];
    };
    "/api/v1/sprints/{id}": {
        /** Get a sprint by its id, or by its name. */
        get: operations["SprintsController.get[0]"];
    };
    "/api/v1/sprints/{id}/export": {
        /** Hand the workflow of a sprint on to Synthesis, and say so in its log. */
        post: operations["SprintsController.export[0]"];
    };
    "/api/v1/sprints/{id}/skip": {
        /** Send a sprint past Harmonia, to Synthesis. */
        post: operations["SprintsController.skip[0]"];
    };
    "/api/v1/sprints/{id}/status": {
        /** Say how far a sprint is. It goes forward only. */
        put: operations["SprintsController.setStatus[0]"];
    };
    "/api/v1/sprints/{id}/tasks": {
        /** List what Metis handed over for a sprint. */
        get: operations["SprintsController.tasks[0]"];
    };
    "/api/v1/sprints/{id}/workflow": {
        /** Make a workflow of a sprint; of changed tasks a further version. */
        post: operations["SprintsController.toWorkflow[0]"];
    };
    "/api/v1/state/checkpoints": {
        /** Name the current position of the journal of an execution. */
        post: operations["CheckpointsController.takeOf[1]"];
    };
    "/api/v1/state/restore": {
        /** The same, with the checkpoint in the body. */
        post: operations["CheckpointsController.restoreOf[0]"];
    };
    "/api/v1/status": {
        /** What it is doing. */
        get: operations["HealthController.status[0]"];
    };
    "/api/v1/suggestions/{id}": {
        /** Show a suggestion. */
        get: operations["SuggestionController.get[0]"];
    };
    "/api/v1/suggestions/{id}/abandon": {
        /** End the canary of a suggestion: new executions run the current version only. */
        post: operations["CanaryController.abandon[0]"];
    };
    "/api/v1/suggestions/{id}/apply": {
        /** Make a new version of it, once it is proved again: the current one, or (canary) one that a share of the new executions run. */
        post: operations["SuggestionController.apply[0]"];
    };
    "/api/v1/suggestions/{id}/dismiss": {
        /** It is not offered again. */
        post: operations["SuggestionController.dismiss[0]"];
    };
    "/api/v1/suggestions/{id}/preview": {
        /** The document as it would be, and a simulated run before and after. Changes nothing. */
        post: operations["SuggestionController.preview[0]"];
    };
    "/api/v1/suggestions/{id}/promote": {
        /** Make the version that a canary has tried the current one, once it is proved again. */
        post: operations["CanaryController.promote[0]"];
    };
    "/api/v1/task-types": {
        /** List the kinds of tasks that a workflow may use now, by type. */
        get: operations["PluginsController.types[0]"];
    };
    "/api/v1/templates": {
        /** List templates. */
        get: operations["TemplatesController.list[0]"];
        /** Keep a template: a definition in any dialect, or a stored workflow, with parameters. */
        post: operations["TemplatesController.create[0]"];
    };
    "/api/v1/templates/categories": {
        /** List the categories of templates, by name. */
        get: operations["TemplateCategoriesController.list[0]"];
        /** Make a category. */
        post: operations["TemplateCategoriesController.create[0]"];
    };
    "/api/v1/templates/categories/{id}": {
        /** Get a category. */
        get: operations["TemplateCategoriesController.get[0]"];
        /** Change a category; what is absent stays. */
        put: operations["TemplateCategoriesController.update[0]"];
        /** Remove a category that has no templates and no categories below it. */
        delete: operations["TemplateCategoriesController.remove[0]"];
    };
    "/api/v1/templates/import": {
        /** Keep a template that was exported, here or elsewhere. */
        post: operations["TemplatesController.import[0]"];
    };
    "/api/v1/templates/{id}": {
        /** Get a template, its current version or the one named. */
        get: operations["TemplatesController.get[0]"];
        /** Change a template. Another definition or other parameters make a new version. */
        put: operations["TemplatesController.update[0]"];
        /** Remove a template; workflows that were made of it stay. */
        delete: operations["TemplatesController.remove[0]"];
    };
    "/api/v1/templates/{id}/create": {
        /** Make a workflow of a template. `create` and `use` are other names of the same. */
        post: operations["TemplateInstancesController.instantiate[1]"];
    };
    "/api/v1/templates/{id}/export": {
        /** One document that imports as the same template, as JSON or (?format=yaml) YAML. */
        get: operations["TemplatesController.export[0]"];
    };
    "/api/v1/templates/{id}/instantiate": {
        /** Make a workflow of a template. `create` and `use` are other names of the same. */
        post: operations["TemplateInstancesController.instantiate[0]"];
    };
    "/api/v1/templates/{id}/rollback": {
        /** Make an older version the current one. The versions after it stay; the history says so. */
        post: operations["TemplateVersionsController.rollback[0]"];
    };
    "/api/v1/templates/{id}/use": {
        /** Make a workflow of a template. `create` and `use` are other names of the same. */
        post: operations["TemplateInstancesController.instantiate[2]"];
    };
    "/api/v1/templates/{id}/versions": {
        /** List the versions of a template, newest first. */
        get: operations["TemplateVersionsController.list[0]"];
        /** Keep a further version, which becomes the current one. Stored versions never change. */
        post: operations["TemplateVersionsController.add[0]"];
    };
    "/api/v1/templates/{id}/versions/{version}": {
        /** Get one version of a template. */
        get: operations["TemplateVersionsController.get[0]"];
    };
    "/api/v1/tools/{name}/execute": {
        /** Call a tool by its name, with or without harmonia. or harmonia_ before it. */
        post: operations["ToolCallbackController.execute[0]"];
    };
    "/api/v1/trigger-types": {
        /** List the types of triggers that the plugins offer. */
        get: operations["TriggerTypesController.list[0]"];
    };
    "/api/v1/triggers": {
        /** List triggers, oldest first. */
        get: operations["TriggersController.list[0]"];
        /** Keep a trigger; it runs at once, unless it is not enabled. */
        post: operations["TriggersController.create[0]"];
    };
    "/api/v1/triggers/{id}": {
        /** Show a trigger, how it fares, and what it said last. */
        get: operations["TriggersController.get[0]"];
        /** Replace a trigger. It runs anew, with what it remembers unless its type is another. */
        put: operations["TriggersController.replace[0]"];
        /** Delete a trigger. What it has told of still has its effect. */
        delete: operations["TriggersController.remove[0]"];
    };
    "/api/v1/triggers/{id}/deliveries": {
        /** What it told of and what became of it, newest first. */
        get: operations["TriggersController.deliveries[0]"];
    };
    "/api/v1/triggers/{id}/disable": {
        /** Let it rest until it is enabled. */
        post: operations["TriggersController.disable[0]"];
    };
    "/api/v1/triggers/{id}/enable": {
        /** Run it, from where it was when it was disabled. */
        post: operations["TriggersController.enable[0]"];
    };
    "/api/v1/webhooks": {
        /** List webhooks, oldest first: those that come in, then those that are sent. */
        get: operations["WebhooksController.list[0]"];
        /** Keep a webhook. It is called at /hooks/<endpoint>; with `url` it is sent there instead. */
        post: operations["WebhooksController.create[0]"];
    };
    "/api/v1/webhooks/{id}": {
        /** Show a webhook. */
        get: operations["WebhooksController.get[0]"];
        /** Change a webhook. Fields that are absent stay as they are; masked secrets do, too. */
        put: operations["WebhooksController.update[0]"];
        /** Delete a webhook with its own secrets. What it has accepted is still delivered; what it was to send is not. */
        delete: operations["WebhooksController.remove[0]"];
    };
    "/api/v1/webhooks/{id}/deliver": {
        /** Act as if it had been called with this body; of one that is sent, send it now. */
        post: operations["WebhooksController.deliver[0]"];
    };
    "/api/v1/webhooks/{id}/deliveries": {
        /** How it stands with what came in, or was sent; newest first. */
        get: operations["WebhooksController.deliveries[0]"];
    };
    "/api/v1/webhooks/{id}/events": {
        /** What came in, newest first, with payload and headers. */
        get: operations["WebhooksController.events[0]"];
    };
    "/api/v1/webhooks/{id}/redeliver-dead": {
        /** Send every dead delivery of a webhook again, with all its attempts. */
        post: operations["WebhooksController.redeliverDead[0]"];
    };
    "/api/v1/workflow": {
        /** Take a hand-off of another component; what is wrong with its work is told by `status`. */
        post: operations["HandoffController.receive[0]"];
    };
    "/api/v1/workflows": {
        /** List workflows. */
        get: operations["WorkflowsController.list[0]"];
        /** Keep a workflow, in any dialect, as JSON or YAML. */
        post: operations["WorkflowsController.create[0]"];
    };
    "/api/v1/workflows/generate": {
        /** Make workflows of words: the nearest templates with what the words say filled in, and what a model writes, all checked. Keeps nothing, starts nothing. */
        post: operations["GenerationController.generate[0]"];
    };
    "/api/v1/workflows/generate/stream": {
        /** The same as it comes, as server-sent events: analysis, candidate, rejected, usage, degraded, and done or error at the end. */
        post: operations["GenerationController.stream[0]"];
    };
    "/api/v1/workflows/import": {
        /** Import a workflow, a template document or a WfCommons trace. */
        post: operations["WorkflowsController.import[0]"];
    };
    "/api/v1/workflows/validate": {
        /** Check a workflow without keeping it. */
        post: operations["WorkflowsController.validate[0]"];
    };
    "/api/v1/workflows/{id}": {
        /** Get a workflow, its latest version or the one named. */
        get: operations["WorkflowsController.get[0]"];
        /** Keep a further version. Stored versions never change. */
        put: operations["WorkflowsController.update[0]"];
        /** Remove a workflow from the list; its executions stay readable. */
        delete: operations["WorkflowsController.remove[0]"];
    };
    "/api/v1/workflows/{id}/canary": {
        /** End the canary of a workflow, whatever it is made of. */
        delete: operations["CanaryController.end[0]"];
    };
    "/api/v1/workflows/{id}/draft": {
        /** Keep unfinished work beside a workflow, any object. Versions are not touched. */
        post: operations["WorkflowsController.draft[0]"];
    };
    "/api/v1/workflows/{id}/execute": {
        /** Start an execution of this workflow. */
        post: operations["ExecutionsController.execute[0]"];
    };
    "/api/v1/workflows/{id}/explain": {
        /** What a workflow does, in words: order, what runs at the same time, what it touches, what a failure leads to. Starts nothing. */
        post: operations["ExplainController.explain[0]"];
    };
    "/api/v1/workflows/{id}/export": {
        /** The canonical document, as JSON or (?format=yaml) YAML. */
        get: operations["WorkflowsController.export[0]"];
    };
    "/api/v1/workflows/{id}/history": {
        /** List the executions of a workflow. */
        get: operations["WorkflowRunsController.history[0]"];
    };
    "/api/v1/workflows/{id}/migrate": {
        /** Let open executions go on with another version, in one transaction; dry_run=true answers which can. To go back, migrate to the version before. */
        post: operations["MigrationController.migrate[0]"];
    };
    "/api/v1/workflows/{id}/plan": {
        /** What an execution will do: what runs, may run or can not, hosts, credentials, effects, waits, time and money. Starts nothing. */
        post: operations["PlanController.plan[0]"];
    };
    "/api/v1/workflows/{id}/state": {
        /** How the latest execution of a workflow stands. */
        get: operations["WorkflowRunsController.state[0]"];
    };
    "/api/v1/workflows/{id}/stats": {
        /** How the executions of a workflow went. */
        get: operations["WorkflowsController.statistics[0]"];
    };
    "/api/v1/workflows/{id}/suggestions": {
        /** List the suggestions that are kept for a workflow, the best first. */
        get: operations["SuggestionsController.list[0]"];
        /** Find what would make the current version of a workflow better, and keep it. */
        post: operations["SuggestionsController.suggest[0]"];
    };
    "/api/v1/workflows/{id}/suggestions/apply-safe": {
        /** Apply the best open suggestions after which results are the same and that touch nothing in common, proved and simulated as one, in one new version. */
        post: operations["SuggestionsController.applySafe[0]"];
    };
    "/api/v1/workflows/{id}/suggestions/stream": {
        /** The same as it comes, as server-sent events: analysis, suggestion, progress, rejected, question, usage, degraded, and done or error at the end. */
        post: operations["SuggestionsController.stream[0]"];
    };
    "/api/v1/workflows/{id}/transition": {
        /** Pause, resume, cancel, retry or restart an execution of a workflow. */
        post: operations["WorkflowRunsController.transition[0]"];
    };
    "/api/v1/workflows/{id}/unordered": {
        /** Pairs of tasks that somebody lets run at the same time. */
        get: operations["OptimizerFactsController.confirmations[0]"];
        /** Let pairs of tasks of the current version run at the same time. Replaces what was said before; holds until one of the two says something else. */
        put: operations["OptimizerFactsController.confirm[0]"];
    };
    "/api/v1/workflows/{id}/versions": {
        /** List the versions of a workflow, newest first. */
        get: operations["WorkflowsController.versions[0]"];
    };
    "/api/v1/workflows/{id}/versions/{version}/rollback": {
        /** Make a stored version the current one again, byte for byte. */
        post: operations["SuggestionsController.rollback[0]"];
    };
    "/capabilities/{capability}": {
        /** Call an action with its params as the body; the answer has no envelope. */
        post: operations["CapabilitiesController.call[2]"];
    };
    "/discovery": {
        /** What it offers, for other components. */
        get: operations["DiscoveryController.discovery[0]"];
    };
    "/events": {
        /** The events of all executions; ids are global positions. */
        get: operations["SseController.all"];
    };
    "/events/executions/{id}": {
        /** The events of an execution: connected, keepalive, state, its events, and `end` after the last. */
        get: operations["SseController.execution"];
    };
    "/events/workflows/{id}": {
        /** The events of all executions of a workflow; ids are global positions. */
        get: operations["SseController.workflow"];
    };
    "/health": {
        /** Always 200 while the process answers; degraded while no work is taken. */
        get: operations["HealthController.health[0]"];
    };
    "/hooks/{endpoint}": {
        /** Call a webhook. Answered when the delivery is durable. */
        get: operations["HooksController.receive_get"];
        /** Call a webhook. Answered when the delivery is durable. */
        put: operations["HooksController.receive_put"];
        /** Call a webhook. Answered when the delivery is durable. */
        post: operations["HooksController.receive_post"];
        /** Call a webhook. Answered when the delivery is durable. */
        delete: operations["HooksController.receive_delete"];
    };
    "/mcp/capabilities": {
        /** List what the tools are for. */
        get: operations["PlatformToolsController.capabilities[0]"];
    };
    "/mcp/health": {
        /** Whether tools can be called. */
        get: operations["PlatformToolsController.health[0]"];
    };
    "/mcp/process": {
        /** Call the tool that the body names. A refusal is an answer, too: success false. */
        post: operations["PlatformToolsController.process[0]"];
    };
    "/mcp/resources/get": {
        /** Read a resource. */
        post: operations["PlainCallsController.read[0]"];
    };
    "/mcp/resources/list": {
        /** List documentation, workflows, templates and executions as resources. */
        post: operations["PlainCallsController.list[0]"];
    };
    "/mcp/resources/read": {
        /** Read a resource. */
        post: operations["PlainCallsController.read[1]"];
    };
    "/mcp/tools": {
        /** List the tools with their JSON Schemas. */
        get: operations["PlatformToolsController.tools[0]"];
    };
    "/mcp/tools/call": {
        /** Call a tool as tools/call of MCP does. */
        post: operations["PlainCallsController.call[0]"];
    };
    "/mcp/tools/list": {
        /** List the tools as tools/list of MCP does. */
        post: operations["PlainCallsController.listTools[0]"];
    };
    "/mcp/tools/{id}": {
        /** Show a tool. */
        get: operations["PlatformToolsController.tool[0]"];
    };
    "/mcp/tools/{id}/execute": {
        /** Call a tool. A refusal is an answer, too: success false. */
        post: operations["PlatformToolsController.execute[0]"];
    };
    "/mcp/workflow-status": {
        /** What the engine does, and with which components. */
        get: operations["PlatformToolsController.status[0]"];
    };
    "/metrics": {
        /** What is measured, in the text format of Prometheus. */
        get: operations["MetricsController.page"];
    };
    "/ready": {
        /** 200 when work is taken, else 503. */
        get: operations["HealthController.ready[0]"];
    };
    "/shutdown": {
        /** Stops the service within three seconds. What runs goes on after the next start. From this machine, or with the token. */
        post: operations["ShutdownController.stop[0]"];
    };
    "/shutdown/status": {
        /** How the service is stopped. */
        get: operations["ShutdownController.status"];
    };
    "/status": {
        /** What it is doing, as other components of the platform say it, and in `data` as /api/v1. */
        get: operations["HealthController.plainStatus"];
    };
    "/workflow": {
        /** Take a hand-off of another component; what is wrong with its work is told by `status`. */
        post: operations["HandoffController.receive[3]"];
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        DependencyAnswer: {
            name: string;
            /** @enum {string} */
            status: "healthy" | "degraded" | "unhealthy" | "unknown";
            message: string | null;
            endpoint: string | null;
            /** Format: date-time */
            last_check: string | null;
        };
        HealthAnswer: {
            /** @enum {string} */
            status: "healthy" | "degraded";
            component: string;
            version: string;
            port: number;
            /** @description At Hermes. */
            registered: boolean;
            /** @description The same. */
            registeredWithHermes: boolean;
            /** @description The same. */
            registered_with_hermes: boolean;
            message: string;
            /** Format: date-time */
            timestamp: string;
            /** @description Seconds. */
            uptime: number;
            dependencies: components["schemas"]["DependencyAnswer"][];
            metrics: {
                [key: string]: unknown;
            };
            details: {
                [key: string]: unknown;
            };
        };
        ReadyAnswer: {
            ready: boolean;
            component: string;
            version: string;
            /** @description Seconds. */
            initialization_time: number;
            /** @description The same. */
            initializationTime: number;
            /** Format: date-time */
            timestamp: string;
            /** @description Seconds. */
            uptime: number;
            checks: {
                [key: string]: unknown;
            };
        };
        HealthWords: {
            /** @enum {string} */
            api: "healthy" | "degraded";
            /** @description By name the status. */
            dependencies: {
                [key: string]: unknown;
            };
        };
        StatusAnswer: {
            component: string;
            /** @enum {string} */
            status: "not_initialized" | "running" | "stopping" | "stopped";
            version: string;
            port: number;
            registered: boolean;
            /** @description Seconds. */
            uptime: number;
            active_executions: number;
            running_tasks: number;
            storage: string;
            capabilities: string[];
            health: components["schemas"]["HealthWords"];
            components: string[];
        };
        PlainStatusAnswer: {
            component: string;
            /** @enum {string} */
            status: "not_initialized" | "running" | "stopping" | "stopped";
            version: string;
            port: number;
            registered: boolean;
            /** @description Seconds. */
            uptime: number;
            active_executions: number;
            running_tasks: number;
            storage: string;
            capabilities: string[];
            health: components["schemas"]["HealthWords"];
            components: string[];
            success: boolean;
            message: string;
            data: components["schemas"]["StatusAnswer"];
        };
        IndexAnswer: {
            name: string;
            version: string;
            description: string;
            status: string;
            docs: string;
            endpoints: string[];
            message: string;
        };
        DiscoveryAnswer: {
            component: string;
            version: string;
            description: string;
            endpoints: {
                [key: string]: unknown;
            }[];
            capabilities: string[];
            /** @description By name the address. */
            dependencies: {
                [key: string]: unknown;
            };
            metadata: {
                [key: string]: unknown;
            };
        };
        ShutdownAnswer: {
            /** @enum {string} */
            status: "accepted";
            message: string;
            /** Format: date-time */
            timestamp: string;
        };
        ShutdownStatusAnswer: {
            shutdown_supported: boolean;
            component: string;
            endpoints: string[];
            /** @enum {string} */
            method: "POST";
            /** @description Attempts that run, which get some time to end. */
            cleanup_tasks: number;
            /** @description Whether it stops already. */
            requested: boolean;
        };
        HermesPeerWords: {
            name: string;
            endpoint: string;
            /**
             * @description configured: calls go where the configuration says; not_trusted: nobody has named its host.
             * @enum {string}
             */
            use: "used" | "configured" | "not_trusted";
        };
        HermesAnswer: {
            /** @description Whether there is a Hermes. Without one the rest is null or empty. */
            configured: boolean;
            registered: boolean;
            /**
             * @description asleep: not ready to be found yet; off: there is no Hermes.
             * @enum {string}
             */
            state: "off" | "asleep" | "unregistered" | "registered" | "leaving" | "gone";
            url: string | null;
            component_id: string | null;
            /** @description The address that is announced. */
            endpoint: string | null;
            /**
             * Format: date-time
             * @description Since when it is registered.
             */
            registered_at: string | null;
            /**
             * Format: date-time
             * @description When Hermes last took a heartbeat.
             */
            last_heartbeat: string | null;
            /**
             * Format: date-time
             * @description When the next thing is due.
             */
            next: string | null;
            /** @description What failed last; null: the last call went well. */
            trouble: string | null;
            /** @description Ids of our tools that Hermes has. */
            tools: string[];
            /** @description Other components that Hermes lists. */
            peers: components["schemas"]["HermesPeerWords"][];
        };
        NewKeyAnswer: {
            /** @description Public: the second part of the key. */
            id: string;
            name: string;
            owner: string | null;
            permissions: ("read" | "run" | "write" | "admin")[];
            /** @description Names of the workflows that it is limited to; null: all. */
            workflows: string[] | null;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** Format: date-time */
            created_at: string;
            /** @description Who made it, in the words of the audit log. */
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
            /** @description What its owner sends. It is told this once, and kept nowhere. */
            key: string;
        };
        NewKeyDto: {
            /** @description What it is for. */
            name: string;
            /** @description Whose it is. */
            owner?: string;
            /** @description `run` and `write` hold `read`; `admin` holds all. */
            permissions: ("read" | "run" | "write" | "admin")[];
            /** @description Names of the workflows that it is limited to; all when absent. */
            workflows?: string[];
            /** @description Seconds after which it ends; never when absent. */
            expires_in?: number;
        };
        ApiKeyAnswer: {
            /** @description Public: the second part of the key. */
            id: string;
            name: string;
            owner: string | null;
            permissions: ("read" | "run" | "write" | "admin")[];
            /** @description Names of the workflows that it is limited to; null: all. */
            workflows: string[] | null;
            /** @enum {string} */
            state: "active" | "expired" | "revoked";
            /** Format: date-time */
            created_at: string;
            /** @description Who made it, in the words of the audit log. */
            created_by: string;
            /** Format: date-time */
            expires_at: string | null;
            /** Format: date-time */
            revoked_at: string | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            last_used_at: string | null;
        };
        AuditEntryAnswer: {
            seq: number;
            /** Format: date-time */
            at: string;
            /** @description Who: `key:<id>`, `configured:<name>`, `token:<subject>`, `anonymous`, `unknown`. */
            actor: string;
            /** @description The address that it came from. */
            peer: string;
            /** @description Of HTTP; `WS` for what a client of a WebSocket asked for. */
            method: string;
            /** @description With parameters by name. */
            route: string;
            /** @description The parameters, and the ids of what was made. */
            target: string;
            /** @enum {string} */
            outcome: "done" | "refused";
            status: number;
            /** @description Code of the error with which it was refused. */
            code: string | null;
            /** @description X-Request-ID of the request. */
            request_id: string | null;
            /** @description Refusals in the same words are told together. */
            times: number;
            /** @description Chains it to the record before. */
            link: string;
        };
        AuditProofAnswer: {
            verified: boolean;
            /** @description Records that are as they were written, from the first on. */
            records: number;
            /** @description The first of them; 0: there is none. Earlier ones are kept no longer. */
            first: number;
            /** @description The last of them; 0: there is none. */
            last: number;
            /** @description The link of the last. Keep it elsewhere: it proves what came before. */
            head: string | null;
            /** @description The first record that is missing, or not what was written. */
            broken_at: number | null;
        };
        CanaryAnswer: {
            version: string;
            /** @description Content hash of its document. */
            definition_hash: string;
            share: number;
            /**
             * @description `paused`: it is worse, and gets no further executions.
             * @enum {string}
             */
            status: "running" | "paused";
            suggestion_id: string;
            /** Format: date-time */
            since: string;
        };
        WorkflowAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            workflow_id: string;
            name: string;
            description: string;
            version: string;
            tags: string[];
            task_count: number;
            /** @enum {string} */
            status: "Active" | "Draft";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Content hash of the document. */
            definition_hash: string;
            tasks: {
                [key: string]: unknown;
            };
            input_schema: {
                [key: string]: unknown;
            };
            output_schema: {
                [key: string]: unknown;
            };
            /** @description With draft, draft_saved_at and draft_data when a draft was saved. */
            metadata: {
                [key: string]: unknown;
            };
            /** @description The canonical document. */
            workflow_definition: {
                [key: string]: unknown;
            };
            /** @description A version that is tried beside the current one. Null: there is none. */
            canary: components["schemas"]["CanaryAnswer"] | (never | null);
        };
        FaultAnswer: {
            code: string;
            /** @description RFC 6901 pointer. */
            pointer: string;
            message: string;
            cure: string;
        };
        ValidationAnswer: {
            valid: boolean;
            dialect: string | null;
            faults: components["schemas"]["FaultAnswer"][];
            warnings: components["schemas"]["FaultAnswer"][];
            /** @description The canonical document. */
            document: {
                [key: string]: unknown;
            } | null;
        };
        WorkflowItem: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            workflow_id: string;
            name: string;
            description: string;
            version: string;
            tags: string[];
            task_count: number;
            /** @enum {string} */
            status: "Active" | "Draft";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        DraftAnswer: {
            /** Format: uuid */
            workflow_id: string;
            draft_id: string;
            /** Format: date-time */
            saved_at: string;
        };
        VersionAnswer: {
            version: string;
            /** @description Content hash of its document. */
            definition_hash: string;
            /** Format: date-time */
            created_at: string;
            /** @description It was made for a canary, and was never the current one. */
            candidate: boolean;
        };
        DurationStatistics: {
            p50_seconds: number | null;
            p95_seconds: number | null;
            sample: number;
        };
        StatisticsAnswer: {
            /** Format: uuid */
            workflow_id: string;
            executions: number;
            by_status: {
                [key: string]: number;
            };
            duration: components["schemas"]["DurationStatistics"];
            failed_steps: {
                [key: string]: number;
            };
        };
        ExecutionItem: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            execution_id: string;
            /** Format: uuid */
            workflow_id: string;
            workflow_name: string;
            workflow_version: string;
            /** @enum {string} */
            status: "running" | "paused" | "completed" | "failed" | "canceled";
            metadata: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            restored_from: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            completed_at: string | null;
            /** @description ISO 8601. */
            duration: string | null;
            duration_seconds: number | null;
            task_count: number;
            completed_tasks: number;
            failed_tasks: number;
            has_error: boolean;
            error_message: string | null;
            completion_percentage: number;
        };
        ProgressWords: {
            completed_tasks: number;
            total_tasks: number;
            failed_tasks: number;
            skipped_tasks: number;
            current_task: string | null;
            current_tasks: string[];
            percentage: number;
        };
        ExecutionAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            execution_id: string;
            /** Format: uuid */
            workflow_id: string;
            workflow_name: string;
            workflow_version: string;
            /** @enum {string} */
            status: "running" | "paused" | "completed" | "failed" | "canceled";
            metadata: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            restored_from: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            completed_at: string | null;
            /** @description ISO 8601. */
            duration: string | null;
            duration_seconds: number | null;
            task_count: number;
            completed_tasks: number;
            failed_tasks: number;
            has_error: boolean;
            error_message: string | null;
            completion_percentage: number;
            input: {
                [key: string]: unknown;
            };
            /** @description Any JSON. */
            output: unknown;
            error: components["schemas"]["FailureWords"] | (never | null);
            usage: components["schemas"]["UsageWords"] | (never | null);
            budget: components["schemas"]["BudgetWords"] | (never | null);
            progress: components["schemas"]["ProgressWords"];
            task_statuses: {
                [key: string]: "pending" | "waiting" | "running" | "completed" | "failed" | "skipped" | "canceled";
            };
            task_status: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            execution: components["schemas"]["ExecutionItem"];
            summary: components["schemas"]["ExecutionItem"];
            workflow_definition: {
                [key: string]: unknown;
            };
        };
        ProofAnswer: {
            /** Format: uuid */
            execution_id: string;
            verified: boolean;
            /** @description Events that are as they were written, from the first on. */
            events: number;
            /** @description Keep it elsewhere: no other journal has it. Null unless verified. */
            head: string | null;
            /**
             * @description Why it is not verified; the message says it in words.
             * @enum {string}
             */
            reason?: "not_chained" | "out_of_sequence" | "link_missing" | "link_differs" | "payload_differs" | "archive_unreadable" | "tables_differ";
            /** @description The first event that is not proven. */
            first_bad_seq?: number;
        };
        TaskRunAnswer: {
            id: string;
            task_id: string;
            step: string;
            /** @description Address of the construct that holds the step. */
            parent: string | null;
            name: string;
            type: string;
            /** @enum {string} */
            status: "pending" | "waiting" | "running" | "completed" | "failed" | "skipped" | "canceled";
            cause: string | null;
            generation: number;
            attempt: number;
            retries: number;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            completed_at: string | null;
            /** Format: date-time */
            next_attempt_at: string | null;
            input: {
                [key: string]: unknown;
            } | null;
            /** @description Any JSON. */
            output: unknown;
            error: components["schemas"]["FailureWords"] | (never | null);
        };
        LogAnswer: {
            /** Format: date-time */
            timestamp: string;
            level: string;
            step: string;
            task_id: string;
            attempt: number;
            message: string;
            /** @description Any JSON. */
            details: unknown;
        };
        EventAnswer: {
            /**
             * @description The documented name: `execution_started`, `task_completed`.
             * @enum {string}
             */
            type: "execution_started" | "execution_completed" | "execution_failed" | "execution_canceled" | "execution_paused" | "execution_resumed" | "execution_reopened" | "execution_migrated" | "usage_recorded" | "budget_raised" | "workflow_started" | "workflow_completed" | "workflow_failed" | "workflow_canceled" | "workflow_paused" | "workflow_resumed" | "checkpoint_created" | "compensation_started" | "notice_started" | "state_changed" | "event_received" | "webhook_received" | "task_started" | "task_waiting" | "task_completed" | "task_failed" | "task_skipped" | "task_canceled" | "timeout_occurred" | "retry_attempted" | "error_occurred";
            /**
             * @description Upstream’s name: `workflow_started`, `task_completed`.
             * @enum {string}
             */
            event_type: "execution_started" | "execution_completed" | "execution_failed" | "execution_canceled" | "execution_paused" | "execution_resumed" | "execution_reopened" | "execution_migrated" | "usage_recorded" | "budget_raised" | "workflow_started" | "workflow_completed" | "workflow_failed" | "workflow_canceled" | "workflow_paused" | "workflow_resumed" | "checkpoint_created" | "compensation_started" | "notice_started" | "state_changed" | "event_received" | "webhook_received" | "task_started" | "task_waiting" | "task_completed" | "task_failed" | "task_skipped" | "task_canceled" | "timeout_occurred" | "retry_attempted" | "error_occurred";
            id: string;
            sequence: number;
            part?: number;
            position?: number;
            /** Format: uuid */
            execution_id: string;
            /** Format: uuid */
            workflow_id: string;
            task_id: string | null;
            step: string | null;
            task_name: string | null;
            message: string;
            /** Format: date-time */
            timestamp: string;
            details: {
                [key: string]: unknown;
            };
            data: {
                [key: string]: unknown;
            };
        };
        TimelineAnswer: {
            /** Format: uuid */
            execution_id: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            completed_at: string | null;
            tasks: {
                [key: string]: unknown;
            }[];
        };
        MetricsAnswer: {
            /** Format: uuid */
            execution_id: string;
            total_duration_seconds: number | null;
            task_durations: {
                [key: string]: number;
            };
            task_wait_times: {
                [key: string]: number;
            };
            retry_counts: {
                [key: string]: number;
            };
            error_counts: {
                [key: string]: number;
            };
            checkpoint_count: number;
            average_task_duration_seconds: number | null;
            critical_path: string[];
        };
        RetryOptionsDto: {
            max_retries?: number;
            /** @enum {string} */
            backoff_strategy?: "fixed" | "linear" | "exponential";
            /** @description Seconds before the first retry. */
            initial_delay?: number;
            /** @description Seconds that no pause exceeds. */
            max_delay?: number;
            backoff_multiplier?: number;
            /** @description Seconds that all attempts together may take. */
            max_elapsed?: number;
            /** @description Share of a pause that chance may add or take. */
            jitter?: number;
        };
        ExecutionOptionsDto: {
            /** @description false: the answer waits for the end of the execution. */
            async?: boolean;
            /** @description Seconds that the execution may take. */
            timeout?: number;
            /** @description What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
            budget?: {
                [key: string]: unknown;
            };
            /** @description For tasks that state no policy of their own. */
            retry_policy?: components["schemas"]["RetryOptionsDto"];
        };
        StartDto: {
            /** @description Input of the workflow; {} when absent. */
            input?: {
                [key: string]: unknown;
            };
            /** @description Kept with the execution; it can be listed by metadata.<key>=value. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description Version of the workflow; the latest when absent. */
            version?: string;
            execution_options?: components["schemas"]["ExecutionOptionsDto"];
            /**
             * Format: uuid
             * @description The workflow to run.
             */
            workflow_id: string;
        };
        ExecuteDto: {
            /** @description Input of the workflow; {} when absent. */
            input?: {
                [key: string]: unknown;
            };
            /** @description Kept with the execution; it can be listed by metadata.<key>=value. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description Version of the workflow; the latest when absent. */
            version?: string;
            execution_options?: components["schemas"]["ExecutionOptionsDto"];
        };
        SteeredAnswer: {
            /** Format: uuid */
            execution_id: string;
            /** @enum {string} */
            status: "running" | "paused" | "canceled";
        };
        CancelDto: {
            reason?: string;
            /** @description true: completed steps with `compensate` are undone first. */
            compensate?: boolean;
        };
        ReasonDto: {
            reason?: string;
        };
        ResumeDto: {
            /** @description New limits of its budget, as a whole each: {"tokens": 200000, "cost": {"USD": 5}}. Others stay. */
            budget?: {
                [key: string]: unknown;
            };
            /** @description Who raises them. The workflow may name who can. */
            by?: string;
            comment?: string;
        };
        CheckpointAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            checkpoint_id: string;
            /** Format: uuid */
            execution_id: string;
            sequence: number;
            name: string | null;
            description: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            workflow_id: string;
            workflow_version: string;
            /** @enum {string} */
            workflow_status: "running" | "paused" | "completed" | "failed" | "canceled";
            completed_tasks: string[];
            task_statuses: {
                [key: string]: "pending" | "waiting" | "running" | "completed" | "failed" | "skipped" | "canceled";
            };
            task_states: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            /** @description input, output, metadata, and task_results by id. */
            state_data: {
                [key: string]: unknown;
            };
        };
        CheckpointDto: {
            name?: string;
            description?: string;
        };
        CheckpointOfDto: {
            name?: string;
            description?: string;
            /** Format: uuid */
            execution_id: string;
        };
        CheckpointItem: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            checkpoint_id: string;
            /** Format: uuid */
            execution_id: string;
            sequence: number;
            name: string | null;
            description: string | null;
            /** Format: date-time */
            created_at: string;
        };
        CheckpointCheck: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            checkpoint_id: string;
            /** Format: uuid */
            execution_id: string;
            sequence: number;
            name: string | null;
            description: string | null;
            /** Format: date-time */
            created_at: string;
            valid: boolean;
            faults: components["schemas"]["FaultAnswer"][];
        };
        RestoreOptionsDto: {
            /** @description async false waits for the end, timeout says how long; the rest is as in the restored execution. */
            execution_options?: components["schemas"]["ExecutionOptionsDto"];
        };
        RestoreDto: {
            /** @description async false waits for the end, timeout says how long; the rest is as in the restored execution. */
            execution_options?: components["schemas"]["ExecutionOptionsDto"];
            /** Format: uuid */
            checkpoint_id: string;
        };
        CredentialItem: {
            name: string;
            /** @enum {string} */
            type: "secret" | "basic" | "bearer" | "api_key" | "hmac" | "custom";
            description: string | null;
            /** @description It belongs to a feature of Harmonia. */
            managed: boolean;
            /** @description false: there is no key for it, or it was damaged. */
            usable: boolean;
            /** @description Why it is not usable. */
            problem: string | null;
            /** @description basic: username. api_key: header, query. custom: fields, the names of its fields. */
            public_fields: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        RotationAnswer: {
            /** @description Credentials that are encrypted with the newest key now. */
            rotated: number;
            /** @description Names of those that no key opens; they stay as they are. */
            unreadable: string[];
        };
        PlannedStep: {
            /** @description Address of the step. */
            step: string;
            /** @description See docs/semantics.md. */
            reason: string;
            /** @description The step that this follows from. */
            because?: string;
        };
        ReexecutionAnswer: {
            /**
             * Format: uuid
             * @description The execution that goes on: a new one after fork and restore.
             */
            execution_id: string;
            operation: string;
            dry_run: boolean;
            kept: components["schemas"]["PlannedStep"][];
            reset: components["schemas"]["PlannedStep"][];
            created: components["schemas"]["PlannedStep"][];
        };
        ReexecuteDto: {
            /** @description rerun_from, skip: address of the step, such as /fetch or /each[3]/fetch. */
            step?: string;
            /** @description fork: journal position; the last when absent. */
            at?: number;
            /**
             * Format: uuid
             * @description restore: the checkpoint.
             */
            checkpoint_id?: string;
            /** @description fork: another input. */
            input?: {
                [key: string]: unknown;
            };
            /** @description fork: another version of the workflow. */
            version?: string;
            /** @enum {string} */
            operation: "resume" | "retry_failed" | "rerun_from" | "skip" | "fork" | "restore";
        };
        MigrationObstacle: {
            /** @description Address of the step or scope; empty: the execution. */
            step: string;
            reason: string;
        };
        MustFinish: {
            /** Format: uuid */
            execution_id: string;
            reasons: components["schemas"]["MigrationObstacle"][];
        };
        MigrationAnswer: {
            to_version: string;
            dry_run: boolean;
            /** @description Nothing that is yet to happen to them differs: they stay. */
            unaffected: string[];
            /** @description They go on with the version, all in one transaction. */
            migratable: string[];
            /** @description They stay, and why. */
            must_finish: components["schemas"]["MustFinish"][];
            /** @description 0 after a dry run. */
            migrated: number;
        };
        MigrateDto: {
            /** @description The version to go on with. */
            to_version: string;
            /** @description Only executions of this version; all others when absent. */
            from_version?: string;
            /** @description Only these; all open ones when absent. */
            execution_ids?: string[];
        };
        DeliveredAnswer: {
            /** Format: uuid */
            event_id: string;
            name: string;
            /** @description Executions that have it. */
            delivered: string[];
        };
        EventDto: {
            name: string;
            /** @description What the waiting step gets for its output; null when absent. */
            payload?: unknown;
            /**
             * Format: uuid
             * @description Makes the delivery safe to repeat: an execution takes each id once.
             */
            id?: string;
            /**
             * Format: uuid
             * @description Only executions of this workflow.
             */
            workflow_id?: string;
            /**
             * Format: uuid
             * @description Only this execution.
             */
            execution_id?: string;
        };
        SignalDto: {
            name: string;
            /** @description What the waiting step gets for its output; null when absent. */
            payload?: unknown;
            /**
             * Format: uuid
             * @description Makes the delivery safe to repeat: an execution takes each id once.
             */
            id?: string;
        };
        ApprovalDto: {
            /** @description Address of the step: /ok, /each[3]/ok. */
            step: string;
            approved: boolean;
            comment?: string;
            /** @description Who answers. The step may name who can. */
            by?: string;
        };
        OpenApprovalItem: {
            /** Format: uuid */
            execution_id: string;
            /** Format: uuid */
            workflow_id: string;
            workflow_name: string;
            /** @description Address of the step. */
            step: string;
            task_id: string;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string | null;
            /** @description Who may answer; nobody named: anybody. */
            by: string[];
            message: string;
        };
        CalledBackAnswer: {
            /** Format: uuid */
            execution_id: string;
        };
        VariablesOfBody: {
            /** @description Address of the body: /group, /each[3]. */
            step: string;
            variables: {
                [key: string]: unknown;
            };
        };
        VariablesAnswer: {
            /** Format: uuid */
            execution_id: string;
            /** @description Of the workflow. */
            variables: {
                [key: string]: unknown;
            };
            /** @description Of bodies that have begun and have some. */
            bodies: components["schemas"]["VariablesOfBody"][];
        };
        VariablesDto: {
            /** @description Values by name. */
            variables: {
                [key: string]: unknown;
            };
        };
        DestinationAnswer: {
            /** @description An origin, `https://api.example`, or `component:<name>`. */
            destination: string;
            /**
             * @description `open`: requests are refused; `half_open`: the next one finds out whether it works again.
             * @enum {string}
             */
            state: "closed" | "open" | "half_open";
            /**
             * Format: date-time
             * @description When an open circuit opened.
             */
            since: string | null;
            /**
             * Format: date-time
             * @description Until when requests are refused.
             */
            until: string | null;
            /** @description In a row, up to now. */
            failures: number;
            /** @description Requests under way. */
            in_flight: number;
            /** @description Requests that wait for their turn. */
            queued: number;
            /** @description Requests at once. */
            limit: number;
        };
        LlmTransportAnswer: {
            /** @description `rhetor/generate-v1`, `openai-compatible`. */
            id: string;
            /** @description Without user, password and query. */
            address: string;
            /**
             * @description `ready`: it is there, and the next request finds out whether a model answers; `absent`: nothing there speaks this dialect; `resting`: it failed too often, or asked for a pause; `trying`: one request finds out whether it works again; `barred`: it refused our credentials.
             * @enum {string}
             */
            state: "unknown" | "ready" | "absent" | "resting" | "trying" | "barred";
            /**
             * Format: date-time
             * @description Until when it is not asked.
             */
            until: string | null;
            /** @description In a row, up to now. */
            failures: number;
            /** @description What the last look or the last failure said. */
            detail: string | null;
            /** @description How answers that fit a schema are asked for: `json_schema`, `json_object`, `text`; null: by words. */
            structured: string | null;
        };
        LlmRestAnswer: {
            purpose: string;
            /** Format: date-time */
            until: string;
        };
        LlmStatusAnswer: {
            /** @enum {string} */
            mode: "auto" | "rhetor" | "openai" | "off";
            /** @description Whether a request would be sent anywhere. */
            available: boolean;
            /** @description In the order in which they are tried. */
            transports: components["schemas"]["LlmTransportAnswer"][];
            /** @description What models answered too badly to be asked again now. */
            resting: components["schemas"]["LlmRestAnswer"][];
        };
        LlmUsageGroupAnswer: {
            calls: number;
            /** @description Of what was asked, those in the cache of the provider included. */
            prompt_tokens: number;
            /** @description Of answers. */
            completion_tokens: number;
            /** @description Of the prompts, those that the provider had in its cache. */
            cached_tokens: number;
            /** @description As the providers counted them. */
            total_tokens: number;
            /** @description Calls whose provider reported no tokens: theirs are guesses. */
            estimated_calls: number;
            /** @description By currency. What calls without a known price cost is not in here. */
            costs: {
                [key: string]: number;
            };
            /** @description Calls of models without a known price. */
            unpriced_calls: number;
            /** @description Of all calls together. */
            latency_ms: number;
            /** @description Things in answers that were taken, such as proposals that were proved. */
            accepted: number;
            /** @description What they have in common, by the words of `group_by`. */
            key: {
                [key: string]: string | null;
            };
        };
        LlmBudgetAnswer: {
            tokens: number | null;
            cost: number | null;
        };
        LlmBudgetsAnswer: {
            request: components["schemas"]["LlmBudgetAnswer"];
            workflow_day: components["schemas"]["LlmBudgetAnswer"];
            tenant_day: components["schemas"]["LlmBudgetAnswer"];
        };
        LlmUsageAnswer: {
            calls: number;
            /** @description Of what was asked, those in the cache of the provider included. */
            prompt_tokens: number;
            /** @description Of answers. */
            completion_tokens: number;
            /** @description Of the prompts, those that the provider had in its cache. */
            cached_tokens: number;
            /** @description As the providers counted them. */
            total_tokens: number;
            /** @description Calls whose provider reported no tokens: theirs are guesses. */
            estimated_calls: number;
            /** @description By currency. What calls without a known price cost is not in here. */
            costs: {
                [key: string]: number;
            };
            /** @description Calls of models without a known price. */
            unpriced_calls: number;
            /** @description Of all calls together. */
            latency_ms: number;
            /** @description Things in answers that were taken, such as proposals that were proved. */
            accepted: number;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            until: string;
            /** @description Those with most tokens first; at most 1000. */
            groups: components["schemas"]["LlmUsageGroupAnswer"][];
            /** @description Whether there are groups that are not shown. */
            has_more: boolean;
            budgets: components["schemas"]["LlmBudgetsAnswer"];
        };
        DegradedAnswer: {
            /** @description What should have answered: `llm+rules`, or a way to a model. */
            from: string;
            /** @description What did: `rules`, `templates`, or another way to a model. */
            to: string;
            /**
             * @description The guide to language models says what each of them means.
             * @enum {string}
             */
            reason: "not_configured" | "unavailable" | "payloads_not_allowed" | "budget" | "deadline" | "prompt_too_large" | "unreachable" | "unauthorized" | "rate_limited" | "refused" | "truncated" | "unusable" | "model_ignored" | "failed";
        };
        SuggestUsageAnswer: {
            calls: number;
            prompt: number;
            completion: number;
            cached: number;
            total: number;
            estimated: boolean;
            /** @description Null: unknown. */
            cost: number | null;
        };
        AdviceInWordsAnswer: {
            /** @description Always true: nobody has checked it, and nothing here rests on it. */
            untrusted: boolean;
            provider: string;
            model: string;
            /** @description Name, version and hash of the prompt. */
            prompt_version: string;
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
            /** @description Without control characters, links, mark-up and addresses. */
            text: string;
        };
        SuggestBudgetDto: {
            /** @description Of a model. */
            tokens?: number;
            /** @description Of a model, in the currency of the ledger. */
            cost?: number;
            /** @description ms. What the rules find is answered all the same. Default 20000. */
            ms?: number;
        };
        CreateWorkflowDto: {
            /** @description At the end of `ms` the answer is 503 with the reason `deadline`. */
            budget?: components["schemas"]["SuggestBudgetDto"];
            /** @description What the workflow is to do, in words. */
            goal: string;
            /** @description Components that there are. */
            components?: string[];
            /** @description What must hold, in words. */
            constraints?: string[];
            /** @description What else a model should know, in words. */
            context?: string;
        };
        TroubleshootDto: {
            /** @description At the end of `ms` the answer is 503 with the reason `deadline`. */
            budget?: components["schemas"]["SuggestBudgetDto"];
            /** @description The definition, or what is known of it in words. */
            workflow: unknown;
            /** @description Values by name, or a text. Secrets are left out of what a model is told. */
            state: unknown;
            /** @description What was said of the failure. */
            error: unknown;
            /** @description What happened before. */
            execution_history?: unknown;
        };
        GuessedResultAnswer: {
            /** @description Always true: nobody has checked it, and nothing here rests on it. */
            untrusted: boolean;
            provider: string;
            model: string;
            /** @description Name, version and hash of the prompt. */
            prompt_version: string;
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
            /** @description Null as well when it can not be worked out. */
            result: unknown;
            reasoning: string;
        };
        EvaluateWithModelDto: {
            /** @description At the end of `ms` the answer is 503 with the reason `deadline`. */
            budget?: components["schemas"]["SuggestBudgetDto"];
            /** @description What stands inside `${…}`. */
            expression: string;
            /** @description Values by name, or a text. Secrets are left out of what a model is told. */
            state: unknown;
            /** @description What else a model should know, in words. */
            context?: string;
        };
        NextStepAnswer: {
            /** @description One of `next_steps`, where there were some. */
            step: string;
            /** @description The condition under which it should come, in words. */
            when: string | null;
        };
        TransitionAdviceAnswer: {
            /** @description Always true: nobody has checked it, and nothing here rests on it. */
            untrusted: boolean;
            provider: string;
            model: string;
            /** @description Name, version and hash of the prompt. */
            prompt_version: string;
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
            /** @description Of the state, by field. */
            updates: {
                [key: string]: unknown;
            };
            /** @description None: the process is over. */
            next: components["schemas"]["NextStepAnswer"][];
            why: string | null;
        };
        TransitionAdviceDto: {
            /** @description At the end of `ms` the answer is 503 with the reason `deadline`. */
            budget?: components["schemas"]["SuggestBudgetDto"];
            /** @description Values by name, or a text. Secrets are left out of what a model is told. */
            current_state: unknown;
            completed_step: string;
            /** @description What the step gave; null when absent. */
            step_output?: unknown;
            /** @description Those that there are: an answer with another one is not shown. */
            next_steps?: string[];
        };
        ExpandedAnswer: {
            /** @description Always true: nobody has checked it, and nothing here rests on it. */
            untrusted: boolean;
            provider: string;
            model: string;
            /** @description Name, version and hash of the prompt. */
            prompt_version: string;
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
            /** @description To the letter, but for signs that nobody sees. */
            text: string;
        };
        ExpandDto: {
            /** @description At the end of `ms` the answer is 503 with the reason `deadline`. */
            budget?: components["schemas"]["SuggestBudgetDto"];
            /** @description A text with `${name}` or `${function(a, b)}` in it. */
            template: string;
            /** @description Values by name, or a text. Secrets are left out of what a model is told. */
            state: unknown;
            /** @description Functions that may stand in it: names, or what each does. */
            functions?: unknown;
        };
        NarrativeAnswer: {
            /** @description Always true: nobody has checked it, and nothing here rests on it. */
            untrusted: boolean;
            provider: string;
            model: string;
            /** @description Name, version and hash of the prompt. */
            prompt_version: string;
            /** @description Without control characters, links, mark-up and addresses. */
            text: string;
        };
        ExplainedWorkflowAnswer: {
            name: string;
            version: string;
        };
        ExplainSectionAnswer: {
            /** @enum {string} */
            id: "about" | "input" | "steps" | "output" | "touches" | "failures" | "order" | "limits" | "starts";
            title: string;
            /** @description Indented where something is inside. */
            lines: string[];
        };
        ExplainAnswer: {
            workflow: components["schemas"]["ExplainedWorkflowAnswer"];
            /** @enum {string} */
            audience: "operator" | "author" | "newcomer";
            /** @description Rendered from the definition; a model has no part in it. */
            sections: components["schemas"]["ExplainSectionAnswer"][];
            /** @description The sections as one text. */
            text: string;
            /** @description A model's own words; null: there are none. */
            narrative: components["schemas"]["NarrativeAnswer"] | (never | null);
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
        };
        ExplainDto: {
            /** @description Version of the workflow; the current one when absent. */
            version?: string;
            /**
             * @description Who reads it: who runs it, who is about to change it, who has never seen one. Default `newcomer`.
             * @enum {string}
             */
            audience?: "operator" | "author" | "newcomer";
            /**
             * @description `auto`: a model is asked when there is one; `require`: without one the answer is 503.
             * @enum {string}
             */
            llm?: "auto" | "never" | "require";
            budget?: components["schemas"]["SuggestBudgetDto"];
        };
        ExpressionFaultAnswer: {
            code: string;
            message: string;
            cure: string;
            /** @description Where in what was given, from 0, without `end`; null: nobody can say. */
            position: {
                start?: number;
                end?: number;
            } | null;
            /** @description Names that there are, the nearest first. */
            did_you_mean: string[];
        };
        ExpressionReadAnswer: {
            /** @description `tasks.fetch.output.total` */
            path: string;
            type: string;
        };
        ExpressionNullAnswer: {
            path: string;
            /** @description What the expression gives when null is there. */
            value: unknown;
            /** @description Why it fails then; null: it does not. */
            fails: string | null;
            /** @description Characters of a value that is not shown. */
            too_large?: number;
        };
        ExaminedExpressionAnswer: {
            source: string;
            /** @description With one of these a workflow is not saved. */
            errors: components["schemas"]["ExpressionFaultAnswer"][];
            warnings: components["schemas"]["ExpressionFaultAnswer"][];
            /** @description Null: there are errors. */
            type: string | null;
            reads: components["schemas"]["ExpressionReadAnswer"][];
            /** @description {value, fails}: what it gives on the sample, or why it fails; `too_large`: characters of a value that is not shown. */
            result: {
                [key: string]: unknown;
            } | null;
            /** @description What it reads and the sample has not. */
            missing_in_sample: string[];
            /** @description Tried on the sample, one place after the other. */
            when_null: components["schemas"]["ExpressionNullAnswer"][];
        };
        ExpressionFieldAnswer: {
            name: string;
            type: string;
        };
        ExpressionNameAnswer: {
            name: string;
            type: string;
            /** @description That schemas name. */
            fields: components["schemas"]["ExpressionFieldAnswer"][];
        };
        ExpressionShapeAnswer: {
            type: string;
            fields: components["schemas"]["ExpressionFieldAnswer"][];
        };
        ExpressionTaskAnswer: {
            id: string;
            output: components["schemas"]["ExpressionShapeAnswer"];
            /** @description It may be skipped, or fail, and what reads it run all the same. */
            may_have_none: boolean;
        };
        ExpressionContextAnswer: {
            task: string | null;
            names: components["schemas"]["ExpressionNameAnswer"][];
            /** @description At most 200. */
            tasks: components["schemas"]["ExpressionTaskAnswer"][];
            /** @description Tasks that wait for this one: to read them would go round. */
            out_of_reach: string[];
        };
        ExpressionCandidateAnswer: {
            /** @enum {string} */
            source: "snippet" | "function" | "llm";
            /** @description Of kept examples. */
            does: string | null;
            /** @description Of kept examples: over the data of docs/expressions.md. */
            expression: string;
            /** @description Of kept examples: what it gives there. */
            gives: unknown;
            /** @description Of candidates of a model. */
            type: string | null;
            /** @description A model's own words: not to be trusted. */
            narrative: string | null;
            /** @description {value, fails}: what it gives on the sample, or why it fails; `too_large`: characters of a value that is not shown. */
            result: {
                [key: string]: unknown;
            } | null;
            warnings: string[];
        };
        RejectedExpressionAnswer: {
            expression: string;
            reason: string;
        };
        ExpressionHelpAnswer: {
            /** @description Null: none was given. */
            expression: components["schemas"]["ExaminedExpressionAnswer"] | (never | null);
            context: components["schemas"]["ExpressionContextAnswer"];
            /** @description For `words`: those of a model first, each compiled here and worked out on the sample; then kept examples. */
            candidates: components["schemas"]["ExpressionCandidateAnswer"][];
            /** @description What a model proposed and what failed. */
            rejected: components["schemas"]["RejectedExpressionAnswer"][];
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
        };
        ExpressionHelpDto: {
            /** @description To be looked at: `size(input.rows)`, or a text with `${…}`. */
            expression?: string;
            /** @description What is wanted, in words. One of the two, or both. */
            words?: string;
            /** @description Id of the workflow in which it is to stand. */
            workflow_id?: string;
            /** @description Version of the workflow; the current one when absent. */
            version?: string;
            /** @description In place of `workflow_id`: a definition. */
            definition?: {
                [key: string]: unknown;
            };
            /** @description Path of the task: `/each/fetch`, `/guard/catch/mend`; the output of the workflow when absent. */
            task?: string;
            /** @description Values on which it is worked out: {"input": {…}, "tasks": {"fetch": {"output": {…}}}, "row": {…}}. They are told to no model. */
            sample?: {
                [key: string]: unknown;
            };
            /**
             * @description Whether a model is asked for candidates, where there are `words`.
             * @enum {string}
             */
            llm?: "auto" | "never" | "require";
            budget?: components["schemas"]["SuggestBudgetDto"];
        };
        PlanTimesAnswer: {
            min: number;
            /** @description Null: nothing bounds it. */
            max: number | null;
        };
        PlanReasonAnswer: {
            /** @enum {string} */
            is: "condition_open" | "condition_false" | "not_worked_out" | "branch" | "upstream" | "not_entered" | "race" | "only_after_failure" | "cut_short";
            /** @description The task that it depends on. */
            by: string | null;
            text: string;
        };
        PlannedTaskAnswer: {
            /** @description `/each[*]/fetch` */
            task: string;
            name: string;
            /** @description A task type, or the construct: `map`, `switch`, `approval`. */
            work: string;
            /**
             * @description `certain`: it runs in every execution in which nothing fails that is not known to; `impossible`: it runs in none.
             * @enum {string}
             */
            chance: "certain" | "possible" | "impossible";
            /** @description How often it runs. */
            times: components["schemas"]["PlanTimesAnswer"];
            /** @description Items or iterations, of a map or a loop. */
            items?: {
                min: number;
                max: number | null;
            } | null;
            /** @description Of a possible task: the share of recorded runs in which it was let run. */
            share: number | null;
            /** @description Why it is not certain. */
            reasons: components["schemas"]["PlanReasonAnswer"][];
            /**
             * @description Null: a construct.
             * @enum {string|null}
             */
            effects: "pure" | "read" | "idempotent" | "write" | null;
            hosts: string[];
        };
        PlanHostAnswer: {
            /** @description `*`: any that the network guard lets through. */
            host: string;
            /**
             * @description `input`: its URL is known; `manifest`: all that the plugin may reach; `component`: its address.
             * @enum {string}
             */
            from: "input" | "manifest" | "component" | "workflow";
            /**
             * @description `certain`: it runs in every execution in which nothing fails that is not known to; `impossible`: it runs in none.
             * @enum {string}
             */
            chance: "certain" | "possible" | "impossible";
            tasks: string[];
        };
        PlanNamedAnswer: {
            name: string;
            tasks: string[];
        };
        PlanEffectsAnswer: {
            pure: string[];
            read: string[];
            idempotent: string[];
            write: string[];
            /** @description What changes something, and nothing in the workflow undoes. */
            irreversible: string[];
        };
        PlanWaitAnswer: {
            task: string;
            /** @enum {string} */
            for: "wait" | "event" | "approval" | "webhook";
            /**
             * @description `certain`: it runs in every execution in which nothing fails that is not known to; `impossible`: it runs in none.
             * @enum {string}
             */
            chance: "certain" | "possible" | "impossible";
            /** @description How long, where it is written down. */
            seconds: number | null;
            /** @description How long at most; null: for ever, or not known. */
            within_seconds: number | null;
            /** @description Who may approve; empty: anybody. */
            by: string[] | null;
            /** @description How long it took in recorded runs. */
            p50_seconds: number | null;
            p95_seconds: number | null;
        };
        PlanChildAnswer: {
            task: string;
            name: string;
            /** @description A range; null: the newest. */
            version: string | null;
            awaited: boolean;
            /**
             * @description `certain`: it runs in every execution in which nothing fails that is not known to; `impossible`: it runs in none.
             * @enum {string}
             */
            chance: "certain" | "possible" | "impossible";
            /**
             * @description `repeats`: the workflow is around this step already, planned for any input; `unplanned`: it was not looked at, or is one too many; `refused`: it could not be started.
             * @enum {string}
             */
            outcome: "planned" | "repeats" | "unplanned" | "refused";
            /** @description The version that would be started now. */
            planned_version: string | null;
            /** @description Why it could not be started. */
            refusal?: {
                code: string;
                message: string;
            } | null;
            /** @enum {string|null} */
            fails: "must" | "may" | "never" | null;
            /** @description Of each execution. Named `<step> > <task>`. */
            tasks: components["schemas"]["PlannedTaskAnswer"][];
            /** @description Those that it starts itself. */
            workflows: components["schemas"]["PlanChildAnswer"][];
        };
        PlannedWorkflowAnswer: {
            name: string;
            version: string;
        };
        PlanFailureAnswer: {
            /** @description 0 to 1. */
            probability: number;
            ci95: number[];
        };
        PlanBasisAnswer: {
            /** @description Recorded executions of the workflow. */
            executions: number;
            window_days: number;
            simulated_runs: number;
            /** @description Ways through the workflow that were told apart. */
            ways: number;
            /** @description Tasks of which only others of their type were seen. */
            by_type: string[];
            never_seen: string[];
            /** @description Conditions, switches, maps and loops that were never seen to be decided. */
            guessed: string[];
            /** @description Tasks that use models without a known price: what they cost is not in `cost`. */
            unpriced: string[];
            assumptions: string[];
        };
        PlanAnswer: {
            /** @description In the order of the definition. */
            tasks: components["schemas"]["PlannedTaskAnswer"][];
            /** @description All that it reaches is among them, but for `redirects`. */
            hosts: components["schemas"]["PlanHostAnswer"][];
            /** @description Tasks that a redirect may lead to other hosts. */
            redirects: string[];
            credentials: components["schemas"]["PlanNamedAnswer"][];
            secrets: components["schemas"]["PlanNamedAnswer"][];
            effects: components["schemas"]["PlanEffectsAnswer"];
            waits: components["schemas"]["PlanWaitAnswer"][];
            workflows: components["schemas"]["PlanChildAnswer"][];
            workflow: components["schemas"]["PlannedWorkflowAnswer"];
            /**
             * @description `must`: it fails whatever its tasks give; `never`: not before a task fails that is not known to.
             * @enum {string}
             */
            fails: "must" | "may" | "never";
            /** @description Null: nothing of it was ever seen to run. */
            duration?: {
                p50_seconds: number;
                p95_seconds: number;
            } | null;
            failure: components["schemas"]["PlanFailureAnswer"];
            /** @description Mean per run. */
            attempts: number;
            /** @description Null: no run ever said. */
            tokens?: {
                p5: number;
                p50: number;
                p95: number;
            } | null;
            /** @description Null: no run ever said. */
            cost?: {
                currency: string;
                p5: number;
                p50: number;
                p95: number;
            } | null;
            /** @description 0 to 1; at most 0.3 without any history. */
            confidence: number;
            basis: components["schemas"]["PlanBasisAnswer"];
        };
        PlanDto: {
            /** @description Input of the workflow; absent: what depends on it is open. */
            input?: {
                [key: string]: unknown;
            };
            /** @description Version of the workflow; the current one when absent. */
            version?: string;
            /** @description How tasks are taken to end, by address or pattern: {"/ask": {"output": {…}}, "/each[*]/fetch": {"failure": {"code": "busy"}}}. */
            assume?: {
                [key: string]: unknown;
            };
        };
        EvidenceAnswer: {
            /** @description Position in the journal; null: it is no event. */
            seq: number | null;
            step: string | null;
            text: string;
        };
        SaidCauseAnswer: {
            text: string;
            /**
             * @description As the model says.
             * @enum {string}
             */
            likelihood: "high" | "medium" | "low";
            cure: string | null;
            evidence: components["schemas"]["EvidenceAnswer"][];
        };
        DiagnosisNarrativeAnswer: {
            causes: components["schemas"]["SaidCauseAnswer"][];
            /** @description Always true. */
            untrusted: boolean;
            provider: string;
            model: string;
            prompt_version: string;
        };
        FixAnswer: {
            /**
             * @description `operation`: a re-execution, planned; `request`: another request; `change`: ops that pass the gates; `advice`: something for a person.
             * @enum {string}
             */
            is: "operation" | "request" | "change" | "advice";
            text: string;
            /** @description {method, path, body} */
            request: {
                [key: string]: unknown;
            } | null;
            /** @description The same on the command line. */
            command: string | null;
            /** @description What it would do: how many steps are kept and created, and which are reset. */
            plan: {
                [key: string]: unknown;
            } | null;
            ops: {
                [key: string]: unknown;
            }[] | null;
            /** @description What the checker proved of the ops. */
            level: string | null;
            /** @description Where in the document. */
            pointer: string | null;
        };
        CauseAnswer: {
            /** @description The code of the failure, or `paused`, `waits_for_approval`, `queued`, … */
            code: string;
            /** @description Address of the step; null: it is the execution itself. */
            step: string | null;
            text: string;
            /**
             * @description `certain`: the record says so; `likely`: it fits.
             * @enum {string}
             */
            likelihood: "certain" | "likely";
            /** @description Why it is as likely as that. */
            because: string;
            /** @description A share that was counted, 0 to 1; null: nothing was. */
            figure: number | null;
            details: {
                [key: string]: unknown;
            } | null;
            evidence: components["schemas"]["EvidenceAnswer"][];
            fixes: components["schemas"]["FixAnswer"][];
        };
        DiagnosisAnswer: {
            /** Format: uuid */
            execution_id: string;
            /** @enum {string} */
            status: "running" | "paused" | "completed" | "failed" | "canceled";
            /** @description The likeliest first; of equally likely ones the first that happened. A model has no part in them. */
            causes: components["schemas"]["CauseAnswer"][];
            /** @description A model's own words; null: there are none. */
            narrative: components["schemas"]["DiagnosisNarrativeAnswer"] | (never | null);
            /** @description Null: all was done that was asked for. */
            degraded: components["schemas"]["DegradedAnswer"] | (never | null);
            usage: components["schemas"]["SuggestUsageAnswer"];
        };
        DiagnoseDto: {
            /**
             * @description `auto`: a model is asked for its words when there is one; `require`: without one the answer is 503.
             * @enum {string}
             */
            llm?: "auto" | "never" | "require";
            budget?: components["schemas"]["SuggestBudgetDto"];
        };
        ImpactFigureAnswer: {
            before: number;
            after: number;
            change: number;
            ci95: number[];
        };
        MakespanImpactAnswer: {
            p50: components["schemas"]["ImpactFigureAnswer"] | (never | null);
            p95: components["schemas"]["ImpactFigureAnswer"] | (never | null);
        };
        CostImpactAnswer: {
            /** @description Time that all attempts take together, mean per run. */
            busy: components["schemas"]["ImpactFigureAnswer"] | (never | null);
            /** @description As it was recorded; null when none was. */
            recorded: components["schemas"]["ImpactFigureAnswer"] | (never | null);
            /** @description Of what was recorded. */
            currency: string | null;
        };
        ReliabilityImpactAnswer: {
            /** @description Share of runs that do not complete. */
            failure: components["schemas"]["ImpactFigureAnswer"] | (never | null);
        };
        ImpactBasisAnswer: {
            /** @description Executions of the workflow that it rests on. */
            runs: number;
            windowDays: number;
            resamples: number;
            /** @description Tasks of which only others of their type were seen, or none. */
            priorsUsed: string[];
        };
        ImpactAnswer: {
            /**
             * @description `weights`: without history, every task weighs 1.
             * @enum {string}
             */
            unit: "seconds" | "weights";
            makespan: components["schemas"]["MakespanImpactAnswer"];
            cost: components["schemas"]["CostImpactAnswer"];
            reliability: components["schemas"]["ReliabilityImpactAnswer"];
            basis: components["schemas"]["ImpactBasisAnswer"];
        };
        ObservedFigureAnswer: {
            /** @description Median; of failures, the share. */
            before: number;
            after: number;
            /** @description The typical difference of two runs; of failures, of the shares. */
            change: number;
            /** @description Holds the change with 95 %. */
            ci95: number[];
            /**
             * @description `same`: neither can be told.
             * @enum {string}
             */
            verdict: "better" | "worse" | "same";
        };
        ObservedRunsAnswer: {
            before: number;
            after: number;
        };
        ObservedAnswer: {
            runs: components["schemas"]["ObservedRunsAnswer"];
            /** @description Seconds, of runs that completed; null: too few did. */
            makespan: components["schemas"]["ObservedFigureAnswer"] | (never | null);
            /** @description Seconds that the last attempts of all steps took together. */
            busy: components["schemas"]["ObservedFigureAnswer"] | (never | null);
            /** @description Share of runs that did not complete. */
            failure: components["schemas"]["ObservedFigureAnswer"];
            /** @description Of language models, of runs that completed; null: nobody told of any. */
            tokens: components["schemas"]["ObservedFigureAnswer"] | (never | null);
            /** @description Money likewise; runs of which it is not known do not count. */
            cost: components["schemas"]["ObservedFigureAnswer"] | (never | null);
            /** @description Of the cost. */
            currency: string | null;
        };
        TrialEndAnswer: {
            /** Format: date-time */
            at: string;
            /**
             * @description `no_difference`: a canary that was judged so, and gets no further runs.
             * @enum {string}
             */
            because: "promoted" | "abandoned" | "rolled_back" | "replaced" | "no_difference";
        };
        FollowedRunsAnswer: {
            /** @description That have ended, and count. */
            seen: number;
            /** @description After so many the version is judged. */
            of: number;
        };
        FollowUpAnswer: {
            /**
             * @description `canary`: it runs beside the current version.
             * @enum {string}
             */
            way: "applied" | "canary";
            version: string;
            /** @description What it is compared with. */
            baseVersion: string;
            /** @description Of new executions that run it; null: `way` is `applied`. */
            share: number | null;
            /** Format: date-time */
            since: string;
            runs: components["schemas"]["FollowedRunsAnswer"];
            /** @description When it was applied. */
            predicted: components["schemas"]["ImpactAnswer"] | (never | null);
            /** @description Null: it still gets runs. */
            end: components["schemas"]["TrialEndAnswer"] | (never | null);
            /**
             * @description `ended`: it was gone before it was judged, or there is nothing to compare it with.
             * @enum {string}
             */
            state: "waiting" | "confirmed" | "no_difference" | "regressed" | "ended";
            /**
             * @description Of `ended`.
             * @enum {string}
             */
            because?: "promoted" | "abandoned" | "rolled_back" | "replaced" | "nothing_before";
            /** @description Once it was judged. */
            observed?: components["schemas"]["ObservedAnswer"];
            /** Format: date-time */
            settledAt?: string;
            /** @description Of `regressed`: the suggestion to go back; null: it is a canary, which gets no further runs. */
            rollback?: string | null;
        };
        GateAnswer: {
            /** @description `parse`, …, `dependence`, `value`, `differential`, `benefit`. */
            id: string;
            ok: boolean;
            detail: string;
        };
        VerificationAnswer: {
            /**
             * @description `unproved`: nothing is promised (`behaviour-change`).
             * @enum {string}
             */
            status: "proved" | "unproved";
            checkerVersion: string;
            certificateHash: string;
            gates: components["schemas"]["GateAnswer"][];
        };
        SuggestionAnswer: {
            /** @description Content hash: the same change has the same id. */
            id: string;
            /** Format: uuid */
            workflowId: string;
            baseVersion: string;
            /** @description Content hash of the document that it changes. */
            baseHash: string;
            /** @enum {string} */
            status: "open" | "canary" | "applied" | "dismissed" | "stale" | "superseded";
            /** @enum {string} */
            kind: "parallelise" | "remove_implied_edges" | "remove_dead_tasks" | "merge_duplicates" | "add_missing_order" | "hoist_invariants" | "prioritise" | "cache" | "set_timeout" | "tune_retry" | "limit_concurrency" | "proposal" | "bundle" | "rollback";
            title: string;
            /** @description Rendered from what was proved. */
            rationale: string;
            /** @description A model's own words: not to be trusted. */
            narrative?: string;
            /** @description Changes of the graph. */
            ops: {
                [key: string]: unknown;
            }[];
            /** @description RFC 6902, from the base to the candidate; begins with tests. */
            patch: {
                [key: string]: unknown;
            }[];
            /** @description RFC 6902, back again. */
            inverse: {
                [key: string]: unknown;
            }[];
            /** @enum {string} */
            equivalence: "identical" | "success-equivalent" | "policy-change" | "fix" | "behaviour-change";
            verification: components["schemas"]["VerificationAnswer"];
            /** @description What may be different when something fails. */
            changesOnFailure: {
                [key: string]: unknown;
            }[];
            impact: components["schemas"]["ImpactAnswer"] | (never | null);
            /** @enum {string} */
            risk: "low" | "medium" | "high";
            /** @description Of the impact; at most 0.3 without history. */
            confidence: number;
            score: number;
            /** @description Ids of those that touch the same. */
            conflictsWith: string[];
            /** @description Ids of those that a bundle holds. */
            requires: string[];
            /** @enum {string} */
            source: "rules" | "llm" | "llm+rules";
            provider?: string;
            model?: string;
            promptVersion?: string;
            /** Format: date-time */
            createdAt: string;
            /**
             * Format: date-time
             * @description It is forgotten then, unless it was applied or dismissed.
             */
            expiresAt: string;
            feedback: {
                reason?: string;
                note?: string;
                version?: string;
                /** Format: date-time */
                at?: string;
            } | null;
            /** @description Of the last version that was made of it; null: none was. */
            followUp: components["schemas"]["FollowUpAnswer"] | (never | null);
        };
        AnalysisAnswer: {
            /** Format: uuid */
            workflowId: string;
            version: string;
            baseHash: string;
            factsHash: string;
            rulesVersion: string;
            checkerVersion: string;
            /** @enum {string} */
            goal: "latency" | "cost" | "reliability" | "balanced";
            tasks: number;
            /** @description How many edges there are of each kind. */
            edges: {
                [key: string]: number;
            };
            /** @description Declared edges that stay only because the effects of their ends are not known to commute. */
            held: {
                [key: string]: unknown;
            }[];
            /** @description Of a run as it is now, in seconds; null without history. */
            prediction: {
                p50?: number;
                p95?: number;
                failure?: number;
            } | null;
            history: {
                runs?: number;
                windowDays?: number;
            };
        };
        RejectedAnswer: {
            /** @enum {string} */
            source: "rules" | "llm";
            /** @enum {string} */
            kind: "parallelise" | "remove_implied_edges" | "remove_dead_tasks" | "merge_duplicates" | "add_missing_order" | "hoist_invariants" | "prioritise" | "cache" | "set_timeout" | "tune_retry" | "limit_concurrency" | "proposal" | "bundle" | "rollback";
            gate: string;
            reason: string;
            detail: string;
        };
        SuggestQuestionAnswer: {
            /**
             * @description `effects`: what an action does to the world; `order`: whether the order of two siblings is of no consequence.
             * @enum {string}
             */
            about: "effects" | "order";
            /** @description Of `effects`: a task that does it. */
            task?: string;
            /** @description Of `effects`: as `PUT /optimizer/facts` takes it. */
            action?: string;
            /**
             * @description Of `effects`: what it seems to be.
             * @enum {string}
             */
            effects?: "pure" | "read" | "idempotent";
            /** @description Of `order`. */
            scope?: string;
            /** @description Of `order`: two ids. */
            tasks?: string[];
            /** @description The model's own words: not to be trusted. */
            narrative?: string;
        };
        SuggestionsAnswer: {
            /** @description The best first. */
            suggestions: components["schemas"]["SuggestionAnswer"][];
            analysis: components["schemas"]["AnalysisAnswer"];
            rejected: components["schemas"]["RejectedAnswer"][];
            /** @description What is not known, and would make more possible. */
            questions: components["schemas"]["SuggestQuestionAnswer"][];
            degraded?: components["schemas"]["DegradedAnswer"];
            usage: components["schemas"]["SuggestUsageAnswer"];
            /** @description It was worked out before. */
            cached: boolean;
        };
        SuggestHistoryDto: {
            /** @description Days. Default 30. */
            window?: number;
            /** @description Fewer executions count as none. Default 1. */
            minRuns?: number;
        };
        SuggestDto: {
            /**
             * @description What the workflow is to be better at. Default `balanced`.
             * @enum {string}
             */
            goal?: "latency" | "cost" | "reliability" | "balanced";
            /** @description Default: all. */
            kinds?: ("parallelise" | "remove_implied_edges" | "remove_dead_tasks" | "merge_duplicates" | "add_missing_order" | "hoist_invariants" | "prioritise" | "cache" | "set_timeout" | "tune_retry" | "limit_concurrency" | "proposal")[];
            /** @description Default 10. */
            maxSuggestions?: number;
            /**
             * @description `auto`: a model is asked when there is one; `require`: without one the answer is 503.
             * @enum {string}
             */
            llm?: "auto" | "never" | "require";
            history?: components["schemas"]["SuggestHistoryDto"];
            budget?: components["schemas"]["SuggestBudgetDto"];
        };
        AppliedFromAnswer: {
            suggestions: string[];
            version: string;
        };
        AppliedAnswer: {
            /** Format: uuid */
            workflowId: string;
            /** @description The new version. It is the current one now, unless it was applied as a canary. */
            version: string;
            /** @description Content hash of its document. */
            definition: string;
            appliedFrom: components["schemas"]["AppliedFromAnswer"];
            /** @description RFC 6902, from the new document to the base, byte for byte. */
            inverse: {
                [key: string]: unknown;
            }[];
        };
        LeftOutAnswer: {
            id: string;
            reason: string;
        };
        BundleAppliedAnswer: {
            /** @description Null: there was nothing to apply. */
            applied: components["schemas"]["AppliedAnswer"] | (never | null);
            /** @description What was applied, as one. */
            bundle: components["schemas"]["SuggestionAnswer"] | (never | null);
            left: components["schemas"]["LeftOutAnswer"][];
        };
        ApplySafeDto: {
            /** @enum {string} */
            goal?: "latency" | "cost" | "reliability" | "balanced";
            /** @description Ids. Default: all that are open. */
            suggestions?: string[];
            note?: string;
        };
        RolledBackAnswer: {
            /** Format: uuid */
            workflowId: string;
            /** @description The current version now. */
            version: string;
            /** @description The current version before. */
            from: string;
            definition: string;
        };
        SuggestionBarAnswer: {
            step: string;
            attempt: number;
            start: number;
            end: number;
            /** @enum {string} */
            outcome: "completed" | "failed" | "stopped" | "waited";
        };
        SuggestionSimulationAnswer: {
            /**
             * @description Of the rows.
             * @enum {string}
             */
            unit: "seconds" | "weights";
            /** @description Of the run of median length, as it is. */
            before: components["schemas"]["SuggestionBarAnswer"][];
            /** @description Of the run of median length, as it would be. */
            after: components["schemas"]["SuggestionBarAnswer"][];
            impact: components["schemas"]["ImpactAnswer"];
        };
        SuggestionPreviewAnswer: {
            /** @description The document as it would be. */
            workflow: {
                [key: string]: unknown;
            };
            patch: {
                [key: string]: unknown;
            }[];
            simulation: components["schemas"]["SuggestionSimulationAnswer"];
        };
        CanaryDto: {
            /** @description Of new executions that name no version; these run it. */
            share: number;
            /** @description Runs of the new version after which it is judged. Default 20. */
            runs?: number;
        };
        ApplySuggestionDto: {
            /** @description Yes, executions may do something else than before. */
            confirm?: boolean;
            note?: string;
            /** @description Runs of the new version after which it is judged. Default 20. */
            runs?: number;
            /** @description Try it on a share of the new executions first. */
            canary?: components["schemas"]["CanaryDto"];
        };
        DismissSuggestionDto: {
            /** @description It is not offered again. */
            reason: string;
        };
        CandidateTemplateAnswer: {
            /** Format: uuid */
            id: string;
            name: string;
            version: string;
            /** @description How near its words are, 0 to 1. */
            nearness: number;
        };
        PlannedRunAnswer: {
            /** @description In the order of the definition. */
            tasks: components["schemas"]["PlannedTaskAnswer"][];
            /** @description All that it reaches is among them, but for `redirects`. */
            hosts: components["schemas"]["PlanHostAnswer"][];
            /** @description Tasks that a redirect may lead to other hosts. */
            redirects: string[];
            credentials: components["schemas"]["PlanNamedAnswer"][];
            secrets: components["schemas"]["PlanNamedAnswer"][];
            effects: components["schemas"]["PlanEffectsAnswer"];
            waits: components["schemas"]["PlanWaitAnswer"][];
            workflows: components["schemas"]["PlanChildAnswer"][];
        };
        CandidateGateAnswer: {
            /** @enum {string} */
            id: "parse" | "schema" | "validate" | "referents" | "plan";
            ok: boolean;
            detail: string;
        };
        CandidateFlagAnswer: {
            /** @enum {string} */
            code: "runs_code" | "component_unknown" | "credential_unknown" | "address_open" | "changes_something" | "warning";
            detail: string;
            /** @description Task, or place in the definition. */
            pointer: string;
        };
        OpenQuestionAnswer: {
            parameter: string;
            description: string | null;
            /** @description JSON Schema of the value. */
            schema: {
                [key: string]: unknown;
            };
            /** @description Nothing is taken while nobody says more. */
            required: boolean;
            /** @description What is taken while nobody says more; null: nothing. */
            default: unknown;
            /** @description The definition asks for it: it is an input of that name. */
            asInput: boolean;
        };
        CandidateSlotAnswer: {
            parameter: string;
            value: unknown;
            /** @description The words that it was taken from. */
            text: string;
        };
        CandidateAnswer: {
            /** @description Content hash. */
            id: string;
            /** @enum {string} */
            source: "template" | "llm";
            title: string;
            /** @description Null: it can only be made with what is asked, a secret say. */
            definition: {
                [key: string]: unknown;
            } | null;
            /**
             * @description Nothing is promised of it.
             * @enum {string}
             */
            equivalence: "behaviour-change";
            /** @enum {string} */
            risk: "low" | "medium" | "high";
            gates: components["schemas"]["CandidateGateAnswer"][];
            /** @description What a person should look at before running it. */
            flags: components["schemas"]["CandidateFlagAnswer"][];
            plan: components["schemas"]["PlannedRunAnswer"] | (never | null);
            /** @description What is needed first. */
            questions: components["schemas"]["OpenQuestionAnswer"][];
            /** @description What the words gave. */
            slots: components["schemas"]["CandidateSlotAnswer"][];
            template: components["schemas"]["CandidateTemplateAnswer"] | (never | null);
            /** @description The model's own words: not to be trusted. */
            why?: string;
            provider?: string;
            model?: string;
            promptVersion?: string;
        };
        NothingNearAnswer: {
            message: string;
            templates: string[];
            types: string[];
        };
        GenerateAnalysisAnswer: {
            templates: number;
            types: number;
            /** @description Null: a template is near enough. */
            nothingNear: components["schemas"]["NothingNearAnswer"] | (never | null);
        };
        RejectedCandidateAnswer: {
            /** @enum {string} */
            source: "template" | "llm";
            /** @enum {string} */
            gate: "parse" | "schema" | "validate" | "referents" | "plan";
            /** @description A code of the validator, or `address_made_up`, `literal_credential`, … */
            reason: string;
            detail: string;
            /** @description Where in the definition. */
            pointer: string | null;
        };
        CandidatesAnswer: {
            /** @description Of templates, the nearest first; then those of a model. */
            candidates: components["schemas"]["CandidateAnswer"][];
            analysis: components["schemas"]["GenerateAnalysisAnswer"];
            rejected: components["schemas"]["RejectedCandidateAnswer"][];
            degraded?: components["schemas"]["DegradedAnswer"];
            usage: components["schemas"]["SuggestUsageAnswer"];
        };
        GenerateDto: {
            /** @description What the workflow is to do, in words. */
            goal: string;
            /** @description Only these task types may be used. Default: all that are installed. */
            types?: string[];
            /** @description Only these components may be called. Default: all. */
            components?: string[];
            /** @description What must hold, in words. Templates know nothing of it: it is for a model. */
            constraints?: string[];
            /** @description What else a model should know, in words. */
            context?: string;
            /** @description Candidates made of templates, and as many of a model. Default 3. */
            most?: number;
            /**
             * @description `auto`: a model is asked when there is one; `require`: without one the answer is 503.
             * @enum {string}
             */
            llm?: "auto" | "never" | "require";
            budget?: components["schemas"]["SuggestBudgetDto"];
        };
        PromoteDto: {
            note?: string;
        };
        CanaryEndedAnswer: {
            /** Format: uuid */
            workflowId: string;
            /** @description The current version. */
            version: string;
        };
        AccuracyAnswer: {
            compared: number;
            /** @description Median of |predicted − observed| / observed, after the change. */
            medianError: number;
            /** @description Share of the observed 95 % intervals that hold the predicted change. */
            coverage: number;
        };
        FailureAccuracyAnswer: {
            compared: number;
            /** @description Mean share after the change. */
            predicted: number;
            observed: number;
            coverage: number;
        };
        OutcomesAnswer: {
            confirmed: number;
            no_difference: number;
            regressed: number;
        };
        CalibrationAnswer: {
            /** @description Versions that were judged. */
            followed: number;
            outcomes: components["schemas"]["OutcomesAnswer"];
            /** @description Of the median; null: nothing was predicted in seconds. */
            makespan: components["schemas"]["AccuracyAnswer"] | (never | null);
            busy: components["schemas"]["AccuracyAnswer"] | (never | null);
            /** @description Of money, in one currency. */
            cost: components["schemas"]["AccuracyAnswer"] | (never | null);
            failure: components["schemas"]["FailureAccuracyAnswer"] | (never | null);
        };
        StatedFactsAnswer: {
            /** @description By action: `http/request`, `tekton/action rhetor.generate_text`. */
            effects: {
                [key: string]: "pure" | "read" | "idempotent" | "write";
            };
            /** @description Pairs of actions whose order is of no consequence. */
            commuting: string[][];
        };
        OptimizerFactsAnswer: {
            /** @description Over the API. Goes before what is configured. */
            stated: components["schemas"]["StatedFactsAnswer"];
            /** @description In the file that HARMONIA_OPTIMIZER_FACTS names. */
            configured: components["schemas"]["StatedFactsAnswer"];
        };
        ConfirmationAnswer: {
            scope: string;
            tasks: string[];
        };
        UnorderedPairDto: {
            /** @description Path of the scope that holds both; '' is the workflow. */
            scope?: string;
            /** @description Ids of two siblings. */
            tasks: string[];
        };
        UnorderedPairsDto: {
            unordered: components["schemas"]["UnorderedPairDto"][];
        };
        CircuitWords: {
            /** @description Its name among the destinations. */
            destination: string;
            /** @enum {string} */
            state: "closed" | "open" | "half_open";
            failures: number;
            /** Format: date-time */
            since: string | null;
            /** Format: date-time */
            until: string | null;
        };
        ComponentItem: {
            name: string;
            /**
             * @description discovered: Hermes lists it; table: Harmonia knows its calls, and no address.
             * @enum {string}
             */
            source: "registered" | "configured" | "discovered" | "table";
            description: string | null;
            base_url: string | null;
            circuit: components["schemas"]["CircuitWords"];
            action_names?: string[];
        };
        ComponentAnswer: {
            name: string;
            /**
             * @description discovered: Hermes lists it; table: Harmonia knows its calls, and no address.
             * @enum {string}
             */
            source: "registered" | "configured" | "discovered" | "table";
            description: string | null;
            base_url: string | null;
            circuit: components["schemas"]["CircuitWords"];
            action_names?: string[];
            actions: {
                [key: string]: unknown;
            }[];
            authentication?: {
                [key: string]: unknown;
            };
            replace?: boolean;
            /** Format: date-time */
            created_at?: string;
            /** Format: date-time */
            updated_at?: string;
        };
        ComponentTestAnswer: {
            component: string;
            ok: boolean;
            path?: string;
            action?: string;
            /** @description Of HTTP; null when there was no good answer. */
            status: number | null;
            ms: number;
            /** @description What came; a long one is cut. */
            answer: unknown;
            error: components["schemas"]["TestFailureWords"] | (never | null);
        };
        ActionSchemaAnswer: {
            name: string;
            component: string;
            /** @enum {string} */
            source: "registered" | "configured" | "discovered" | "table";
            description: string | null;
            method: string;
            path: string;
            result_path: string | null;
            /** @description Seconds. */
            timeout: number | null;
            /** @description JSON Schema of the params. */
            parameters: {
                [key: string]: unknown;
            };
        };
        MappingAnswer: {
            task_type: string;
            component: string;
            is_default: boolean;
            /** Format: date-time */
            updated_at: string | null;
        };
        MappedAnswer: {
            task_type: string;
            component: string;
            is_default: boolean;
            /** Format: date-time */
            updated_at: string | null;
            /** @description The one that did such tasks before. */
            previous_component: string | null;
        };
        AssignmentAnswer: {
            task_id: string;
            component: string;
            /** Format: date-time */
            assignment_time: string;
        };
        AssignedAnswer: {
            task_id: string;
            component: string;
            /** Format: date-time */
            assignment_time: string;
            previous_component: string | null;
        };
        UnassignedAnswer: {
            task_id: string;
            /** @enum {object|null} */
            component: never | null;
            /** @description Null: nobody had it. */
            previous_component: string | null;
        };
        NotedActionAnswer: {
            component: string;
            action: string;
            description: string | null;
            parameters: {
                [key: string]: unknown;
            };
            metadata: {
                [key: string]: unknown;
            };
            is_default: boolean;
            /** Format: date-time */
            created_at: string | null;
        };
        TaskTypeItem: {
            type: string;
            title: string;
            description: string;
            /** @description An emoji, or the data: URL of an image. */
            icon: string | null;
            /** @enum {string} */
            effects: "pure" | "read" | "idempotent" | "write";
            /** @description JSON Schema 2020-12. */
            input: {
                [key: string]: unknown;
            } | null;
            /** @description JSON Schema 2020-12. */
            output: {
                [key: string]: unknown;
            } | null;
            /** @description Places for credentials: by name `{types, optional?}`. */
            credentials: {
                [key: string]: unknown;
            } | null;
            /** @description Retry policy of tasks that state none. */
            retry: {
                [key: string]: unknown;
            } | null;
            /** @description Seconds. */
            timeout: number | null;
            /** @description Seconds. */
            heartbeat: number | null;
            /** @description What undoes it: `{type, input?}`. */
            compensate: {
                [key: string]: unknown;
            } | null;
        };
        TriggerTypeItem: {
            type: string;
            title: string;
            description: string;
            icon: string | null;
            /** @description JSON Schema 2020-12. */
            params: {
                [key: string]: unknown;
            } | null;
            /** @description JSON Schema 2020-12. */
            payload: {
                [key: string]: unknown;
            } | null;
            /** @description Places for credentials. */
            credentials: {
                [key: string]: unknown;
            } | null;
        };
        PluginItem: {
            id: string;
            version: string | null;
            description: string | null;
            /** @enum {string} */
            origin: "built-in" | "folder" | "installed" | "application";
            enabled: boolean;
            /** @description null: it was not installed. */
            installation?: {
                source: string;
                /** @description SHA-512 of its files, as npm writes it. */
                integrity: string;
                /** @description Its code runs in the process of the service. */
                trusted: boolean;
            } | null;
            /** @description The word of its author, checked for the files that it is about; null: none. */
            certificate?: {
                /**
                 * @description stale: it is not about these files.
                 * @enum {string}
                 */
                state: "certified" | "stale";
                /** @description Why it is stale. */
                reason?: string;
                /** @description Version of Harmonia that certified. */
                harmonia?: string;
                /** Format: date-time */
                date?: string;
                tasks?: {
                    /** @description Id of the task. */
                    task: string;
                    /** @enum {string} */
                    declared: "pure" | "read" | "idempotent" | "write";
                    /**
                     * @description Its effects.
                     * @enum {string}
                     */
                    seen: "none" | "exactly-once" | "at-least-once";
                    /** @description Places at which an attempt could have died. */
                    boundaries: number;
                    /** @description Steps whose attempts were killed. */
                    kills: number;
                    /** @description Of them: those after which an effect had happened twice. */
                    repeated: number;
                }[];
            } | null;
            /** @description Versions before this one that executions under way still use. */
            older_versions: string[];
            services: string[];
            hosts: string[];
            tasks: components["schemas"]["TaskTypeItem"][];
            triggers: components["schemas"]["TriggerTypeItem"][];
            /** @description Templates that it brings along. */
            templates: number;
        };
        InstallPluginDto: {
            /** @description A package of the registry (name@range), the whole path of a tarball or folder, or the https address of a tarball. */
            source: string;
            /** @description What the tarball must be: sha512-… Default: anything. */
            integrity?: string;
            /** @description Its code may run in the process of the service. Default: it is isolated. */
            trusted?: boolean;
            /** @description Install scripts may run. Default: none does. */
            allow_scripts?: boolean;
        };
        UpgradePluginDto: {
            /** @description A package of the registry (name@range), the whole path of a tarball or folder, or the https address of a tarball. Default: as it was installed. */
            source?: string;
            /** @description What the tarball must be: sha512-… Default: anything. */
            integrity?: string;
            /** @description Its code may run in the process of the service. Default: it is isolated; at an upgrade: as before. */
            trusted?: boolean;
            /** @description Install scripts may run. Default: none does. */
            allow_scripts?: boolean;
        };
        PluginConfigAnswer: {
            /** @description As its tasks see them. */
            config: {
                [key: string]: unknown;
            };
            /** @description JSON Schemas that the settings must fit, all of them. */
            schemas: {
                [key: string]: unknown;
            }[];
        };
        DstAnswer: {
            /** @enum {string} */
            gap: "skip" | "after";
            /** @enum {string} */
            overlap: "first" | "both";
        };
        ScheduleAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            schedule_id: string;
            name: string;
            description: string;
            /** @enum {string} */
            state: "active" | "paused" | "ended";
            /** Format: uuid */
            workflow_id: string;
            version: string | null;
            /** @description Any JSON. */
            input: unknown;
            /** @description What each execution may use. */
            budget: {
                [key: string]: unknown;
            } | null;
            cron: string | null;
            interval: number | null;
            /** Format: date-time */
            once: string | null;
            time_zone: string;
            dst: components["schemas"]["DstAnswer"] | (never | null);
            /** Format: date-time */
            start: string | null;
            /** Format: date-time */
            end: string | null;
            jitter: number;
            grace: number;
            catch_up: string | {
                [key: string]: unknown;
            };
            overlap: string;
            /**
             * Format: date-time
             * @description The next tick; while paused, the one that would be.
             */
            next_tick: string | null;
            /**
             * Format: date-time
             * @description When it is started: with the jitter. Null while paused.
             */
            next_due: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        DstBody: {
            /**
             * @description A time that the clock skips: not at all, or right after. Default: after.
             * @enum {string}
             */
            gap?: "skip" | "after";
            /**
             * @description A time that it shows twice. Default: both for patterns of every hour, else first.
             * @enum {string}
             */
            overlap?: "first" | "both";
        };
        ScheduleBody: {
            /** @description Five fields, or six with seconds first. One of the three. */
            cron?: string;
            /** @description Seconds between ticks, counted from start. One of the three. */
            interval?: number;
            /**
             * Format: date-time
             * @description One tick. One of the three.
             */
            once?: string;
            /** @description IANA name. Default: UTC. */
            time_zone?: string;
            /** @description Patterns only. */
            dst?: components["schemas"]["DstBody"];
            /**
             * Format: date-time
             * @description No tick before.
             */
            start?: string;
            /**
             * Format: date-time
             * @description No tick after.
             */
            end?: string;
            name: string;
            description?: string;
            /** @description Id or name of the workflow. workflow_id is as good. */
            workflow?: string;
            /** Format: uuid */
            workflow_id?: string;
            /** @description A version or a range. Default: the current one at each tick. */
            version?: string;
            /** @description May hold ${schedule.id}, ${tick.scheduled_at} and their like. Default: {}. */
            input?: unknown;
            /** @description What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
            budget?: {
                [key: string]: unknown;
            };
            /** @description Seconds that a tick may be put off. Default: 0. */
            jitter?: number;
            /** @description Seconds after which a tick counts as missed. Default: 60. */
            grace?: number;
            /** @description Default: latest. */
            catch_up?: ("none" | "latest") | {
                all: number;
            };
            /**
             * @description Default: allow.
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue" | "cancel_other";
            /** @description Begin paused. Default: false. */
            paused?: boolean;
        };
        UpcomingAnswer: {
            /** Format: date-time */
            scheduled_at: string;
            /**
             * Format: date-time
             * @description With the jitter; null in a preview.
             */
            due_at: string | null;
            /** @description What the clock on the wall shows. */
            local: string;
            /** @description What daylight saving time does to it: after_gap, first_of_two, second_of_two. */
            dst: string | null;
        };
        SchedulePreviewAnswer: {
            dst: components["schemas"]["DstAnswer"] | (never | null);
            upcoming: components["schemas"]["UpcomingAnswer"][];
        };
        PreviewBody: {
            /** @description Five fields, or six with seconds first. One of the three. */
            cron?: string;
            /** @description Seconds between ticks, counted from start. One of the three. */
            interval?: number;
            /**
             * Format: date-time
             * @description One tick. One of the three.
             */
            once?: string;
            /** @description IANA name. Default: UTC. */
            time_zone?: string;
            /** @description Patterns only. */
            dst?: components["schemas"]["DstBody"];
            /**
             * Format: date-time
             * @description No tick before.
             */
            start?: string;
            /**
             * Format: date-time
             * @description No tick after.
             */
            end?: string;
        };
        TickAnswer: {
            /** @description Names it among the ticks of its schedule. */
            tick: string;
            /** Format: date-time */
            scheduled_at: string;
            /**
             * Format: date-time
             * @description The row stands for all ticks from scheduled_at to here.
             */
            until: string | null;
            /**
             * Format: date-time
             * @description With the jitter.
             */
            due_at: string;
            /** @enum {string} */
            origin: "schedule" | "backfill" | "trigger";
            /** @enum {string} */
            status: "pending" | "queued" | "started" | "skipped" | "failed";
            /** @description missed, limit, overlap, paused, or the code of an error. */
            reason: string | null;
            message: string | null;
            /** Format: uuid */
            execution_id: string | null;
            /** @description How the execution ended: completed, failed, canceled, or gone. */
            ended: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        TriggerBody: {
            /**
             * @description Default: that of the schedule.
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue" | "cancel_other";
        };
        BackfillAnswer: {
            started: number;
            /** @description Had been started, or are about to be. */
            already: number;
            /** @description Their rows were cleared away, so they are left alone. */
            forgotten: number;
        };
        BackfillBody: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * @description Default: allow.
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue" | "cancel_other";
        };
        RetriesWords: {
            max_attempts: number;
            /** @description Seconds; it doubles. */
            first_delay: number;
            /** @description Seconds. */
            max_delay: number;
        };
        WebhookAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            webhook_id: string;
            /**
             * Format: uuid
             * @description It is this schedule.
             */
            schedule_id?: string;
            /**
             * Format: uuid
             * @description It is this trigger.
             */
            trigger_id?: string;
            /** @enum {string} */
            direction: "inbound" | "outbound";
            name: string;
            description: string | null;
            /** @description Where it is sent to. */
            url: string;
            /** @description The last segment of its address. */
            endpoint?: string;
            trigger_type?: string;
            /** @enum {string} */
            action?: "start" | "event";
            /** @description Id or name. */
            workflow?: string | null;
            /** Format: uuid */
            workflow_id?: string | null;
            version?: string | null;
            /** @description What each execution may use. */
            budget?: {
                [key: string]: unknown;
            } | null;
            event?: string | null;
            execution?: string | null;
            methods?: string[];
            auth_type: string;
            /** @description Secrets are masked. */
            auth?: {
                [key: string]: unknown;
            };
            input_mapping?: {
                [key: string]: unknown;
            };
            /** @description Expression of the id of a delivery. */
            delivery_id?: string | null;
            deduplicate?: boolean;
            enabled: boolean;
            max_bytes?: number;
            metadata: {
                [key: string]: unknown;
            };
            /** @description How often requests were refused since the service began, by code. */
            refused?: {
                [key: string]: number;
            };
            /** @description Sent of these. */
            events?: string[];
            filter?: string | null;
            headers?: {
                [key: string]: unknown;
            };
            /** @description Any JSON. */
            payload_template?: unknown;
            retries?: components["schemas"]["RetriesWords"];
            /** @description Seconds. */
            timeout?: number;
            concurrency?: number;
            /** @description gone: the receiver answered 410. */
            disabled_reason?: string | null;
            /** @description Commit position up to which events were looked at. */
            position?: number;
            /** @description Waits to be sent. */
            pending?: number;
            /** @description Events that were deleted before they could be read. */
            gap?: components["schemas"]["GapWords"] | (never | null);
            /** @description Events that its filter failed on since the service began. */
            filter_errors?: number;
            last_filter_error?: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        DeliveredNowAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            delivery_id: string;
            /** @description The id that the sender gave. */
            message_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            success: boolean;
            attempts: number;
            retry_count: number;
            /** Format: uuid */
            execution_id: string | null;
            /** @description What it started or reached. */
            executions: string[];
            error: components["schemas"]["DeliveryFailureWords"] | (never | null);
            /**
             * Format: uuid
             * @description The delivery that it repeats on request.
             */
            redelivery_of: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            settled_at: string | null;
            /** Format: uuid */
            webhook_id: string;
            /**
             * Format: uuid
             * @description Of what is sent, from here on.
             */
            subscription_id?: string;
            event_type?: string | null;
            /** @description Commit position of its event. */
            position?: number | null;
            /** @description Of the last answer. */
            status_code?: number | null;
            /** @description Its first KiB, masked. */
            response?: string | null;
            duration_ms?: number | null;
            /** Format: date-time */
            attempted_at?: string | null;
            /** Format: date-time */
            next_attempt_at?: string | null;
            /** @description It was there already, under this key. */
            repeated: boolean;
        };
        WebhookEventAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            delivery_id: string;
            /** @description The id that the sender gave. */
            message_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            success: boolean;
            attempts: number;
            retry_count: number;
            /** Format: uuid */
            execution_id: string | null;
            /** @description What it started or reached. */
            executions: string[];
            error: components["schemas"]["DeliveryFailureWords"] | (never | null);
            /**
             * Format: uuid
             * @description The delivery that it repeats on request.
             */
            redelivery_of: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            settled_at: string | null;
            /** Format: uuid */
            webhook_id: string;
            /**
             * Format: uuid
             * @description Of what is sent, from here on.
             */
            subscription_id?: string;
            event_type?: string | null;
            /** @description Commit position of its event. */
            position?: number | null;
            /** @description Of the last answer. */
            status_code?: number | null;
            /** @description Its first KiB, masked. */
            response?: string | null;
            duration_ms?: number | null;
            /** Format: date-time */
            attempted_at?: string | null;
            /** Format: date-time */
            next_attempt_at?: string | null;
            /** @description Any JSON. */
            payload: unknown;
            /** @description Without those that carry secrets. */
            headers: {
                [key: string]: unknown;
            };
            query: {
                [key: string]: unknown;
            };
            method: string | null;
            source_ip: string | null;
        };
        RedeliveredAnswer: {
            /** Format: uuid */
            webhook_id: string;
            redelivered: number;
        };
        DeliveryAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            delivery_id: string;
            /** @description The id that the sender gave. */
            message_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            success: boolean;
            attempts: number;
            retry_count: number;
            /** Format: uuid */
            execution_id: string | null;
            /** @description What it started or reached. */
            executions: string[];
            error: components["schemas"]["DeliveryFailureWords"] | (never | null);
            /**
             * Format: uuid
             * @description The delivery that it repeats on request.
             */
            redelivery_of: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            settled_at: string | null;
            /** Format: uuid */
            webhook_id: string;
            /**
             * Format: uuid
             * @description Of what is sent, from here on.
             */
            subscription_id?: string;
            event_type?: string | null;
            /** @description Commit position of its event. */
            position?: number | null;
            /** @description Of the last answer. */
            status_code?: number | null;
            /** @description Its first KiB, masked. */
            response?: string | null;
            duration_ms?: number | null;
            /** Format: date-time */
            attempted_at?: string | null;
            /** Format: date-time */
            next_attempt_at?: string | null;
        };
        OccurrenceDeliveredNowAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            delivery_id: string;
            /** @description The id that the sender gave. */
            message_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            success: boolean;
            attempts: number;
            retry_count: number;
            /** Format: uuid */
            execution_id: string | null;
            /** @description What it started or reached. */
            executions: string[];
            error: components["schemas"]["DeliveryFailureWords"] | (never | null);
            /**
             * Format: uuid
             * @description The delivery that it repeats on request.
             */
            redelivery_of: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            settled_at: string | null;
            /** Format: uuid */
            trigger_id: string;
            /** @description The id that the trigger gave. */
            occurrence_id: string | null;
            /** @description Any JSON. */
            payload: unknown;
            /** @description It was there already, under this key. */
            repeated: boolean;
        };
        HookAnswer: {
            /** Format: uuid */
            delivery_id: string;
            /**
             * Format: uuid
             * @description Null while it is not known.
             */
            execution_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            message_id: string | null;
        };
        CategoryAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            category_id: string;
            name: string;
            description: string;
            /** Format: uuid */
            parent_id: string | null;
        };
        CategoryDto: {
            name: string;
            description?: string;
            /**
             * Format: uuid
             * @description The category that this one lies below.
             */
            parent_id?: string;
        };
        CategoryChangeDto: {
            name?: string;
            description?: string;
            /**
             * Format: uuid
             * @description The category that this one lies below; null: none.
             */
            parent_id?: string;
        };
        TemplateAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            template_id: string;
            name: string;
            description: string;
            icon: string | null;
            /** @description Name of its first category. */
            category: string;
            category_ids: string[];
            tags: string[];
            is_public: boolean;
            metadata: {
                [key: string]: unknown;
            };
            /** @description The current one. */
            version: string;
            current_version: string;
            usage_count: number;
            /** @description The plugin that it comes with. */
            source: string | null;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description By name; those of its parents included. */
            parameters: {
                [key: string]: unknown;
            };
            /** @description With {{params.name}} where values will stand; its parents merged in. */
            workflow_definition: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            workflow_definition_id: string | null;
            extends: string | null;
            /** @description Templates that it extends and includes. */
            references: string[];
            dialect: string;
            changes: string | null;
            /** @description What happened to it, oldest first. */
            history: {
                [key: string]: unknown;
            }[];
            warnings?: components["schemas"]["FaultAnswer"][];
        };
        TemplateItem: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            template_id: string;
            name: string;
            description: string;
            icon: string | null;
            /** @description Name of its first category. */
            category: string;
            category_ids: string[];
            tags: string[];
            is_public: boolean;
            metadata: {
                [key: string]: unknown;
            };
            /** @description The current one. */
            version: string;
            current_version: string;
            usage_count: number;
            /** @description The plugin that it comes with. */
            source: string | null;
            created_by: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ExportAnswer: {
            name: string;
            description: string;
            version: string;
            workflow_definition: {
                [key: string]: unknown;
            };
            parameters: {
                [key: string]: unknown;
            } | unknown[];
            tags: string[];
            is_public: boolean;
            metadata: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
            usage_count: number;
        };
        TemplateVersionItem: {
            /** Format: uuid */
            template_id: string;
            version: string;
            is_current: boolean;
            is_latest: boolean;
            content_hash: string;
            changes: string | null;
            /** Format: date-time */
            created_at: string;
        };
        RollbackDto: {
            /** @description A version of the template. */
            version: string;
            /** @description Kept in the history. */
            reason?: string;
        };
        TemplatePreviewAnswer: {
            /** @enum {boolean} */
            valid: true;
            /** @description The workflow that would be made. */
            workflow_definition: {
                [key: string]: unknown;
            };
            warnings: components["schemas"]["FaultAnswer"][];
        };
        InstantiationWords: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            template_id: string;
            template_version: string;
            /** Format: uuid */
            workflow_id: string;
            /** @description Secrets are masked. */
            parameter_values: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            created_at: string;
        };
        InstantiationAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            workflow_id: string;
            name: string;
            description: string;
            version: string;
            tags: string[];
            task_count: number;
            /** @enum {string} */
            status: "Active" | "Draft";
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description Content hash of the document. */
            definition_hash: string;
            tasks: {
                [key: string]: unknown;
            };
            input_schema: {
                [key: string]: unknown;
            };
            output_schema: {
                [key: string]: unknown;
            };
            /** @description With draft, draft_saved_at and draft_data when a draft was saved. */
            metadata: {
                [key: string]: unknown;
            };
            /** @description The canonical document. */
            workflow_definition: {
                [key: string]: unknown;
            };
            /** @description A version that is tried beside the current one. Null: there is none. */
            canary: components["schemas"]["CanaryAnswer"] | (never | null);
            /** Format: uuid */
            template_id: string;
            template_version: string;
            instantiation: components["schemas"]["InstantiationWords"];
        };
        InstantiateDto: {
            /**
             * Format: uuid
             * @description Need not be here; must be the one of the path when it is.
             */
            template_id?: string;
            /** @description Values by parameter; a secret may be {credential: name}. */
            parameter_values?: {
                [key: string]: unknown;
            };
            /** @description Of the workflow; a number is added when the name is taken. */
            name?: string;
            description?: string;
            /** @description Kept with the workflow. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description Of the template; the current one when absent. */
            version?: string;
            /** @description true: answer what would be made, and make nothing. */
            dry_run?: boolean;
        };
        TriggerFailureWords: {
            code: string;
            message: string;
            /** Format: date-time */
            timestamp: string;
        };
        TriggerLogEntry: {
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            level: "debug" | "info" | "warn" | "error";
            message: string;
            /** @description Any JSON. */
            details: unknown;
        };
        TriggerAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            trigger_id: string;
            name: string;
            description: string | null;
            /** @description See GET /trigger-types. */
            type: string;
            params: {
                [key: string]: unknown;
            };
            /** @description Names of credentials, by place. */
            credentials: {
                [key: string]: unknown;
            };
            /** @enum {string} */
            action: "start" | "event";
            /** @description Id or name. */
            workflow: string | null;
            version: string | null;
            /** @description What each execution may use. */
            budget: {
                [key: string]: unknown;
            } | null;
            event: string | null;
            match: string | null;
            input_mapping: {
                [key: string]: unknown;
            };
            metadata: {
                [key: string]: unknown;
            };
            enabled: boolean;
            /**
             * @description waiting: it is run again at next_run.
             * @enum {string}
             */
            state: "running" | "waiting" | "stopped";
            /** @description Why it is stopped: disabled, type_missing (no plugin offers its type), unusable, shutting_down. */
            reason: string | null;
            /** Format: date-time */
            since: string | null;
            /** Format: date-time */
            next_run: string | null;
            /** @description How often it failed since the service began. */
            failures: number;
            last_error: components["schemas"]["TriggerFailureWords"] | (never | null);
            /** @description What it told of and is still kept. */
            emitted: number;
            /** Format: date-time */
            last_emitted: string | null;
            /** @description The last 50 lines since the service began. */
            log: components["schemas"]["TriggerLogEntry"][];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        OccurrenceAnswer: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            delivery_id: string;
            /** @description The id that the sender gave. */
            message_id: string | null;
            /** @enum {string} */
            status: "pending" | "delivered" | "failed" | "dead";
            success: boolean;
            attempts: number;
            retry_count: number;
            /** Format: uuid */
            execution_id: string | null;
            /** @description What it started or reached. */
            executions: string[];
            error: components["schemas"]["DeliveryFailureWords"] | (never | null);
            /**
             * Format: uuid
             * @description The delivery that it repeats on request.
             */
            redelivery_of: string | null;
            /** Format: date-time */
            timestamp: string;
            /** Format: date-time */
            settled_at: string | null;
            /** Format: uuid */
            trigger_id: string;
            /** @description The id that the trigger gave. */
            occurrence_id: string | null;
            /** @description Any JSON. */
            payload: unknown;
        };
        TriggerKindAnswer: {
            type: string;
            plugin: string;
            title: string;
            description: string;
            icon: string | null;
            /** @description JSON Schema of `params`. */
            params: {
                [key: string]: unknown;
            } | null;
            /** @description JSON Schema of what it tells. */
            payload: {
                [key: string]: unknown;
            } | null;
            /** @description Places for credentials. */
            credentials: {
                [key: string]: unknown;
            } | null;
        };
        McpHealthAnswer: {
            /** @enum {string} */
            status: "ok" | "degraded" | "error";
            component: string;
            /** @enum {string} */
            workflow_engine: "running" | "not_initialized";
            message: string;
        };
        WorkflowStatusAnswer: {
            /** @enum {string} */
            status: "running";
            component: string;
            active_executions: number;
            components: string[];
            component_count: number;
            capabilities: string[];
        };
        CapabilityAnswer: {
            name: string;
            description: string;
            /** @enum {string} */
            modality: "orchestration" | "integration";
        };
        CapabilitiesAnswer: {
            capabilities: components["schemas"]["CapabilityAnswer"][];
            count: number;
        };
        ToolAnswer: {
            id: string;
            name: string;
            description: string;
            /** @description JSON Schema of the parameters. */
            schema: {
                [key: string]: unknown;
            };
            /** @description The same. */
            input_schema: {
                [key: string]: unknown;
            };
            tags: string[];
            category: string;
            version: string;
            /** @description Where it is called. */
            endpoint: string;
            metadata: {
                [key: string]: unknown;
            };
        };
        ToolsAnswer: {
            tools: components["schemas"]["ToolAnswer"][];
            count: number;
        };
        ExecutedToolAnswer: {
            success: boolean;
            /** @description Of a refusal: {error: text}. */
            result: unknown;
            /** @description Null: there was none. */
            error: string | null;
            tool_id: string;
            /** @description Of a refusal; see docs/errors.md. */
            code?: string;
            /** @description Of a refusal: its cure and faults. */
            details?: {
                [key: string]: unknown;
            };
        };
        ExecuteToolDto: {
            /** @description What the tool takes. */
            parameters?: {
                [key: string]: unknown;
            };
            /** @description Who asks, and why. Not looked at. */
            context?: {
                [key: string]: unknown;
            };
        };
        ProcessedAnswer: {
            success: boolean;
            /** @description Of a refusal: {error: text}. */
            result: unknown;
            /** @description Null: there was none. */
            error: string | null;
            /** @enum {string} */
            status: "success" | "error";
            /** @description tool; and of a refusal code and details, with its cure and faults. */
            metadata: {
                [key: string]: unknown;
            };
        };
        ProcessDto: {
            /** @description With or without harmonia. or harmonia_ before it. */
            tool_name: string;
            /** @description What the tool takes. */
            arguments?: {
                [key: string]: unknown;
            };
            /** @description Who asks, and why. Not looked at. */
            context?: {
                [key: string]: unknown;
            };
        };
        ProtocolToolsAnswer: {
            /** @description As `tools/list` of MCP tells them. */
            tools: {
                [key: string]: unknown;
            }[];
        };
        CallToolAnswer: {
            content: {
                [key: string]: unknown;
            }[];
            structuredContent?: {
                [key: string]: unknown;
            };
            isError?: boolean;
        };
        CallToolDto: {
            name: string;
            arguments?: {
                [key: string]: unknown;
            };
        };
        ResourcesAnswer: {
            resources: {
                [key: string]: unknown;
            }[];
            nextCursor?: string;
        };
        ListPageDto: {
            /** @description nextCursor of the page before. */
            cursor?: string;
        };
        ResourceAnswer: {
            contents: {
                [key: string]: unknown;
            }[];
        };
        ReadResourceDto: {
            /** @description harmonia://workflows/{id}, and so on. */
            uri: string;
        };
        OfferedActionWords: {
            name: string;
            description: string;
        };
        OfferedActionsAnswer: {
            actions: string[];
            capabilities: string[];
            details: components["schemas"]["OfferedActionWords"][];
        };
        OwnActionSchemaAnswer: {
            action: string;
            schema: {
                [key: string]: unknown;
            };
            /** @description The same. */
            parameters: {
                [key: string]: unknown;
            };
        };
        ActionCallDto: {
            /** @description The action of the path once more; another one is refused. */
            action?: string;
            /** @description What GET /actions/{action}/schema describes; {} when absent. */
            params?: {
                [key: string]: unknown;
            };
            /** @description Who calls. `idempotency_key` makes the call safe to repeat. */
            context?: {
                [key: string]: unknown;
            };
        };
        EvaluatedAnswer: {
            /** @description Any JSON. */
            result: unknown;
        };
        EvaluateDto: {
            /** @description With or without ${…}. */
            expression: string;
            /**
             * Format: uuid
             * @description The execution whose input, tasks and state it sees.
             */
            instance_id?: string;
            /** @description Further names that it sees; they come before those of the execution. */
            context?: {
                [key: string]: unknown;
            };
        };
        HandoffAnswer: {
            /** @enum {string} */
            status: "success" | "error" | "ignored" | "not_implemented";
            success: boolean;
            component: string;
            message?: string;
            /** @description Of an error: the message once more. */
            reason?: string;
        };
        InstanceEntry: {
            /** Format: date-time */
            timestamp: string;
            step_id: string | null;
            event_type: string;
            event_data: {
                [key: string]: unknown;
            };
        };
        InstanceStateAnswer: {
            /** Format: uuid */
            execution_id: string;
            /** @description Variables of the workflow. */
            state: {
                [key: string]: unknown;
            };
        };
        InstanceDebugAnswer: {
            instance: {
                [key: string]: unknown;
            };
            tasks: {
                [key: string]: unknown;
            }[];
            state: {
                [key: string]: unknown;
            };
            logs: {
                [key: string]: unknown;
            }[];
        };
        MessageReplyAnswer: {
            /** @description What the message was taken for. */
            intent: string;
            /** @description For a person; what a model said in it nobody has checked. */
            response: string;
            /** @description Any JSON. */
            details: unknown;
        };
        MessageDto: {
            /** @description A command, or words. `help` tells which. */
            message: string;
        };
        SprintTaskWords: {
            id: string;
            name: string;
            type: string | null;
            hours: number | null;
            /** @description The same as `hours`. */
            estimated_hours: number | null;
            /** @description Any JSON. */
            complexity: unknown;
            phase: string | null;
            /** @description Ids of tasks. */
            dependencies: string[];
            status: string;
            description: string;
            /** @description Who does it; null: nobody yet. */
            component: string | null;
            /**
             * @description Why: a person, the task, its kind.
             * @enum {string|null}
             */
            assigned_because: "assigned" | "named" | "mapped" | null;
        };
        SprintAnswer: {
            /** @description The name of its directory. */
            id: string;
            name: string;
            /** @description As its log says. */
            status: string | null;
            description: string;
            /** Format: date-time */
            created_date: string | null;
            updated: string | null;
            updated_by: string | null;
            priority: string | null;
            /** @description Below TEKTON_ROOT. */
            path: string;
            tasks: components["schemas"]["SprintTaskWords"][];
            total_hours: number;
            /** @description Files of it that can not be used, and why. */
            problems: string[];
            /**
             * Format: uuid
             * @description Of one sprint: the workflow that was made of it.
             */
            workflow_id?: string | null;
        };
        SprintTaskAnswer: {
            id: string;
            name: string;
            type: string | null;
            hours: number | null;
            /** @description The same as `hours`. */
            estimated_hours: number | null;
            /** @description Any JSON. */
            complexity: unknown;
            phase: string | null;
            /** @description Ids of tasks. */
            dependencies: string[];
            status: string;
            description: string;
            /** @description Who does it; null: nobody yet. */
            component: string | null;
            /**
             * @description Why: a person, the task, its kind.
             * @enum {string|null}
             */
            assigned_because: "assigned" | "named" | "mapped" | null;
        };
        SprintWorkflowAnswer: {
            sprint_id: string;
            sprint_name: string;
            /** Format: uuid */
            workflow_id: string;
            workflow_name: string;
            version: string;
            task_count: number;
            /** @enum {string} */
            change: "created" | "updated" | "unchanged";
            warnings: {
                [key: string]: unknown;
            }[];
        };
        SprintExportAnswer: {
            sprint_id: string;
            sprint_name: string;
            /** Format: uuid */
            workflow_id: string;
            /** @description What Synthesis gets. */
            document: {
                [key: string]: unknown;
            };
            dry_run: boolean;
            status?: string;
            /** @description Where it was written, below TEKTON_ROOT. */
            path: string | null;
            handoff_id: string | null;
            handoff_path: string | null;
        };
        SprintExportDto: {
            /**
             * Format: uuid
             * @description The workflow that is handed on. Default: the one that was made of the sprint.
             */
            workflow_id?: string;
            /** @description Whether the document names the template of the workflow. Default: true. */
            include_templates?: boolean;
            /** @description Whether tasks say how they are tried again. Default: true. */
            include_error_handlers?: boolean;
            /** @description Whether Synthesis is asked to start at once. Default: false. */
            auto_start?: boolean;
            /** @description true: nothing is written. */
            dry_run?: boolean;
        };
        SprintStatusAnswer: {
            sprint_id: string;
            sprint_name: string;
            status: string;
            previous_status: string | null;
        };
        SprintStatusDto: {
            status: string;
            /** @description The status that it has up to now. */
            old_status?: string;
        };
        WorkflowStateAnswer: {
            /** Format: uuid */
            workflow_id: string;
            /**
             * Format: uuid
             * @description The latest execution; null: it has never run.
             */
            execution_id: string | null;
            status: string | null;
            /** @description How its tasks stand, by id. */
            task_statuses: {
                [key: string]: unknown;
            };
            /** @description Its variables. */
            state: {
                [key: string]: unknown;
            };
        };
        TransitionDto: {
            /** @enum {string} */
            action: "pause" | "resume" | "cancel" | "retry" | "restart";
            /**
             * Format: uuid
             * @description An execution of the workflow. Default: the latest.
             */
            execution_id?: string;
        };
        ErrorDetails: {
            cure: string;
            faults?: components["schemas"]["FaultAnswer"][];
        };
        ErrorWords: {
            /** @description See docs/errors.md. */
            code: string;
            message: string;
            details: components["schemas"]["ErrorDetails"];
        };
        ErrorAnswer: {
            error: components["schemas"]["ErrorWords"];
            /** @description The message once more. */
            detail: string;
            /** @description And once more. */
            message: string;
            component: string;
            /** @description As the header X-Request-ID of the answer says it. */
            requestId?: string;
            /** Format: date-time */
            timestamp: string;
        };
        FailureWords: {
            kind?: string;
            code: string;
            message: string | null;
        };
        ProgressEventAnswer: {
            /** @enum {string} */
            type: "task_progress";
            /** @enum {string} */
            event_type: "task_progress";
            /** Format: uuid */
            execution_id: string;
            /** Format: uuid */
            workflow_id: string | null;
            task_id: string;
            task_name: string;
            step: string;
            /** @description From 0 to 1. */
            progress: number;
            message: string | null;
            /** Format: date-time */
            timestamp: string;
            data: {
                [key: string]: unknown;
            };
        };
        TokenCounts: {
            input: number;
            output: number;
            total: number;
        };
        UsageWords: {
            tokens: components["schemas"]["TokenCounts"];
            calls: number;
            /** @description Calls of which nobody knows the price. */
            unpriced_calls: number;
            /** @description By currency. */
            cost: {
                [key: string]: number;
            };
            /** @description Time in which it was not paused, up to its last event. */
            seconds: number;
        };
        LimitWords: {
            used: number;
            limit: number;
            reached: boolean;
        };
        BudgetWords: {
            /** @description By name: tokens, calls, seconds, cost.USD. */
            limits: {
                [key: string]: components["schemas"]["LimitWords"];
            };
            /** @description A limit is reached: it goes on only with a higher one. */
            exhausted: boolean;
            /**
             * Format: date-time
             * @description When the time will be used up.
             */
            time_up_at: string | null;
            /** @description Who may raise it; empty: anybody. */
            raised_by: string[];
        };
        DeliveryFailureWords: {
            code: string;
            message: string;
        };
        GapWords: {
            after: number;
            up_to: number;
            /** Format: date-time */
            noticed_at: string;
        };
        TestFailureWords: {
            code: string;
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "DiscoveryController.root": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndexAnswer"];
                };
            };
            /** @description For who accepts text/html and not JSON. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ShutdownController.stop[2]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShutdownAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DiscoveryController.index[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndexAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DiscoveryController.index[1]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IndexAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ActionsController.call[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to repeat; `context.idempotency_key` does, too. */
                "Idempotency-Key"?: string;
            };
            path: {
                action: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActionCallDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: {
                            [key: string]: unknown;
                        };
                        /** @description The same as data. */
                        result: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ActionsController.schema[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                action: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnActionSchemaAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.approvals[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description Only those that wait for an answer; there are no others here. */
                open?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["OpenApprovalItem"][];
                        approvals: components["schemas"]["OpenApprovalItem"][];
                        items: components["schemas"]["OpenApprovalItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AuditController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description `key:<id>`, `configured:<name>`, `token:<subject>`, `anonymous`, `unknown`. */
                actor?: string;
                outcome?: "done" | "refused";
                /** @description At or after: ISO 8601, or epoch ms. */
                from?: string;
                /** @description At or before: ISO 8601, or epoch ms. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AuditEntryAnswer"][];
                        records: components["schemas"]["AuditEntryAnswer"][];
                        items: components["schemas"]["AuditEntryAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AuditController.verify[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AuditProofAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.callBack_get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CalledBackAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.callBack_put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CalledBackAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.callBack_post": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CalledBackAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.callBack_delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CalledBackAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ActionsController.offered[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferedActionsAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CapabilitiesController.call[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                capability: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description What the action answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                execution_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointItem"][];
                        checkpoints: components["schemas"]["CheckpointItem"][];
                        items: components["schemas"]["CheckpointItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.takeOf[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckpointOfDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointAnswer"];
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.restore[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreOptionsDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.validate[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointCheck"];
                        valid: boolean;
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.actions[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["NotedActionAnswer"][];
                        actions: components["schemas"]["NotedActionAnswer"][];
                        items: components["schemas"]["NotedActionAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.addAction[0]": {
        requestBody: {
            content: {
                "application/json": {
                    component: string;
                    action: string;
                    description?: string;
                    parameters?: {
                        [key: string]: unknown;
                    };
                    metadata?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Written down. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["NotedActionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.mappings[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["MappingAnswer"][];
                        mappings: components["schemas"]["MappingAnswer"][];
                        items: components["schemas"]["MappingAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.map[0]": {
        requestBody: {
            content: {
                "application/json": {
                    task_type: string;
                    component: string;
                    previous_component?: string;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["MappedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.assignments[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AssignmentAnswer"][];
                        assignments: components["schemas"]["AssignmentAnswer"][];
                        items: components["schemas"]["AssignmentAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.assign[0]": {
        requestBody: {
            content: {
                "application/json": {
                    task_id: string;
                    component: string;
                    assignment_time?: string | number;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AssignedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentNotesController.unassign[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["UnassignedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description true: not names alone, but where each comes from and how it fares. */
                details?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: string[] | components["schemas"]["ComponentItem"][];
                        components: string[] | components["schemas"]["ComponentItem"][];
                        items: string[] | components["schemas"]["ComponentItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.register[0]": {
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    /** Format: uri */
                    base_url: string;
                    actions: {
                        name: string;
                        description?: string;
                        /** @description Below base_url, with {places} for parameters. */
                        path: string;
                        /**
                         * @description Default: POST.
                         * @enum {unknown}
                         */
                        method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
                        parameters?: {
                            name: string;
                            /** @enum {unknown} */
                            type?: "string" | "number" | "integer" | "boolean" | "object" | "array" | "any";
                            /** @description Default: false; of a path: true. */
                            required?: boolean;
                            description?: string;
                            /**
                             * @description Default: path, if it is there, else query of GET and DELETE, body of others.
                             * @enum {unknown}
                             */
                            in?: "path" | "query" | "header" | "body";
                        }[];
                        /** @description $.items[0].name or /items/0/name. Default: the whole answer. */
                        result_path?: string;
                        /** @description Seconds. Default: as long as the task may take; 30 over the API. */
                        timeout?: number;
                    }[];
                    /** @description By the name of a credential, or with the secret, which is kept encrypted and never answered. */
                    authentication?: {
                        /** @enum {unknown} */
                        type: "none" | "basic" | "bearer" | "api_key" | "hmac";
                        /** @description Name of a credential. */
                        credential?: string;
                        username?: string;
                        password?: string;
                        token?: string;
                        key?: string;
                        api_key?: string;
                        secret?: string;
                        /** @description api_key: where the key goes. Default: X-API-Key. hmac: the signature; x-signature. */
                        header?: string;
                        /** @description api_key: where the key goes instead. */
                        query?: string;
                        /**
                         * @description hmac: of signatures that many know, or the fields below.
                         * @enum {unknown}
                         */
                        scheme?: "github" | "slack" | "stripe";
                        /**
                         * @description hmac. Default: sha256.
                         * @enum {unknown}
                         */
                        algorithm?: "sha256" | "sha512" | "sha1";
                        /**
                         * @description hmac. Default: hex.
                         * @enum {unknown}
                         */
                        encoding?: "hex" | "base64";
                        /** @description hmac: stands before the signature. */
                        prefix?: string;
                        /** @description hmac: where the time of the request goes, in seconds. */
                        timestamp_header?: string;
                        /** @description hmac. Default: {timestamp}.{body}, {body} without a timestamp_header. */
                        signed?: string;
                    };
                    /** @description It takes the place of a component that Harmonia knows already. */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description Registered. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ComponentAnswer"];
                        component: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ComponentAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.update[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** Format: uri */
                    base_url?: string;
                    actions?: {
                        name: string;
                        description?: string;
                        /** @description Below base_url, with {places} for parameters. */
                        path: string;
                        /**
                         * @description Default: POST.
                         * @enum {unknown}
                         */
                        method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
                        parameters?: {
                            name: string;
                            /** @enum {unknown} */
                            type?: "string" | "number" | "integer" | "boolean" | "object" | "array" | "any";
                            /** @description Default: false; of a path: true. */
                            required?: boolean;
                            description?: string;
                            /**
                             * @description Default: path, if it is there, else query of GET and DELETE, body of others.
                             * @enum {unknown}
                             */
                            in?: "path" | "query" | "header" | "body";
                        }[];
                        /** @description $.items[0].name or /items/0/name. Default: the whole answer. */
                        result_path?: string;
                        /** @description Seconds. Default: as long as the task may take; 30 over the API. */
                        timeout?: number;
                    }[];
                    /** @description By the name of a credential, or with the secret, which is kept encrypted and never answered. */
                    authentication?: {
                        /** @enum {unknown} */
                        type: "none" | "basic" | "bearer" | "api_key" | "hmac";
                        /** @description Name of a credential. */
                        credential?: string;
                        username?: string;
                        password?: string;
                        token?: string;
                        key?: string;
                        api_key?: string;
                        secret?: string;
                        /** @description api_key: where the key goes. Default: X-API-Key. hmac: the signature; x-signature. */
                        header?: string;
                        /** @description api_key: where the key goes instead. */
                        query?: string;
                        /**
                         * @description hmac: of signatures that many know, or the fields below.
                         * @enum {unknown}
                         */
                        scheme?: "github" | "slack" | "stripe";
                        /**
                         * @description hmac. Default: sha256.
                         * @enum {unknown}
                         */
                        algorithm?: "sha256" | "sha512" | "sha1";
                        /**
                         * @description hmac. Default: hex.
                         * @enum {unknown}
                         */
                        encoding?: "hex" | "base64";
                        /** @description hmac: stands before the signature. */
                        prefix?: string;
                        /** @description hmac: where the time of the request goes, in seconds. */
                        timestamp_header?: string;
                        /** @description hmac. Default: {timestamp}.{body}, {body} without a timestamp_header. */
                        signed?: string;
                    };
                    /** @description It takes the place of a component that Harmonia knows already. */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ComponentAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.actions[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: string[];
                        actions: string[];
                        items: string[];
                        total: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.action[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                action: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ActionSchemaAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.call[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                action: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @description Any JSON: the result. */
                        data: unknown;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ComponentsController.test[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description A GET below base_url. Default: /health. */
                    path?: string;
                    /** @description An action instead of a path. */
                    action?: string;
                    params?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ComponentTestAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CredentialsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description By name; asc when absent. */
                sort_order?: "asc" | "desc";
                /** @description true: also those that belong to features of Harmonia. */
                managed?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CredentialItem"][];
                        credentials: components["schemas"]["CredentialItem"][];
                        items: components["schemas"]["CredentialItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CredentialsController.rotate[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["RotationAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CredentialsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CredentialItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CredentialsController.put[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    type: "secret";
                    description?: string;
                    value: string;
                } | {
                    /** @enum {string} */
                    type: "basic";
                    description?: string;
                    username: string;
                    password: string;
                } | {
                    /** @enum {string} */
                    type: "bearer";
                    description?: string;
                    token: string;
                } | {
                    /** @enum {string} */
                    type: "api_key";
                    description?: string;
                    key: string;
                    header?: string;
                    query?: string;
                } | {
                    /** @enum {string} */
                    type: "hmac";
                    description?: string;
                    secret: string;
                } | {
                    /** @enum {string} */
                    type: "custom";
                    description?: string;
                    fields: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description It took the place of another one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CredentialItem"];
                    };
                };
            };
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CredentialItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CredentialsController.remove[0]": {
        parameters: {
            query?: {
                /** @description Also when workflows name it. */
                force?: boolean;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DeliveriesController.redeliver[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DeliveredNowAnswer"] | components["schemas"]["OccurrenceDeliveredNowAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DestinationsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DestinationAnswer"][];
                        destinations: components["schemas"]["DestinationAnswer"][];
                        items: components["schemas"]["DestinationAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DestinationsController.reset[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                destination: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DestinationAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DiscoveryController.discovery[1]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscoveryAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.publish[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DeliveredAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                workflow_id?: string;
                /** @description One status, or several with commas. */
                status?: string;
                /** @description Created at or after: ISO 8601, or epoch ms. */
                from?: string;
                /** @description Created at or before: ISO 8601, or epoch ms. */
                to?: string;
                sort_by?: "created_at" | "updated_at" | "ended_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionItem"][];
                        executions: components["schemas"]["ExecutionItem"][];
                        items: components["schemas"]["ExecutionItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.start[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartDto"];
            };
        };
        responses: {
            /** @description Started and durable; with async false: ended. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description With async false: not ended within the timeout. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.get[0]": {
        parameters: {
            query?: {
                /** @description Right after this event of its journal, from 1; now when absent. */
                at?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.approve[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApprovalDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.cancel[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.take[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckpointDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointAnswer"];
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.listOf[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointItem"][];
                        checkpoints: components["schemas"]["CheckpointItem"][];
                        items: components["schemas"]["CheckpointItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.take[1]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckpointDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointAnswer"];
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DiagnosisController.diagnose[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiagnoseDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DiagnosisAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.events[0]": {
        parameters: {
            query?: {
                /** @description After which event to begin: its sequence, or the next_since of a page. */
                since?: string;
                /** @description 1000 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["EventAnswer"][];
                        events: components["schemas"]["EventAnswer"][];
                        items: components["schemas"]["EventAnswer"][];
                        limit: number;
                        next_since: string | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.events[1]": {
        parameters: {
            query?: {
                /** @description After which event to begin: its sequence, or the next_since of a page. */
                since?: string;
                /** @description 1000 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["EventAnswer"][];
                        events: components["schemas"]["EventAnswer"][];
                        items: components["schemas"]["EventAnswer"][];
                        limit: number;
                        next_since: string | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.logs[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["LogAnswer"][];
                        logs: components["schemas"]["LogAnswer"][];
                        items: components["schemas"]["LogAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.metrics[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["MetricsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.pause[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ReexecutionController.reexecute[0]": {
        parameters: {
            query?: {
                /** @description true: answer what would be done, and do nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description fork, restore: makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReexecuteDto"];
            };
        };
        responses: {
            /** @description The plan; it is carried out unless dry_run was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ReexecutionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowRunsController.restart[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.restoreInto[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.resume[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowRunsController.retry[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WaitsController.signal[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignalDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DeliveredAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "VariablesController.get[0]": {
        parameters: {
            query?: {
                /** @description Right after this event of its journal, from 1; now when absent. */
                at?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["VariablesAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "VariablesController.set[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VariablesDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["VariablesAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.cancel[1]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.pause[1]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.tasks[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description false: only the tasks of the workflow, not the steps that its constructs hold. */
                nested?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TaskRunAnswer"][];
                        tasks: components["schemas"]["TaskRunAnswer"][];
                        items: components["schemas"]["TaskRunAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.cancel[2]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.timeline[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TimelineAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionPagesController.verify[0]": {
        parameters: {
            query?: {
                /** @description Right after this event of its journal, from 1; now when absent. */
                at?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ProofAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExpressionsController.evaluate[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["EvaluatedAnswer"];
                        /** @description The same as in data. */
                        result: unknown;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExpressionHelpController.help[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpressionHelpDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExpressionHelpAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HermesController.status[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HermesAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HermesController.register[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HermesAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "InstancesController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.cancel[3]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "InstancesController.debug[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstanceDebugAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "InstancesController.entries[0]": {
        parameters: {
            query?: {
                /** @description After which event to begin: its sequence, or the next_since of a page. */
                since?: string;
                /** @description 1000 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstanceEntry"][];
                        history: components["schemas"]["InstanceEntry"][];
                        items: components["schemas"]["InstanceEntry"][];
                        limit: number;
                        next_since: string | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.pause[2]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReasonDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.resume[1]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResumeDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "InstancesController.state[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstanceStateAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "InstancesController.mergeState[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstanceStateAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "KeysController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ApiKeyAnswer"][];
                        keys: components["schemas"]["ApiKeyAnswer"][];
                        items: components["schemas"]["ApiKeyAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "KeysController.create[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKeyDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["NewKeyAnswer"];
                        key_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "KeysController.revoke[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ApiKeyAnswer"];
                        key_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AdviceController.create[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWorkflowDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AdviceInWordsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AdviceController.evaluate[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["EvaluateWithModelDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["GuessedResultAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AdviceController.expand[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExpandDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExpandedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "LlmController.status[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["LlmStatusAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AdviceController.transition[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransitionAdviceDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TransitionAdviceAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "AdviceController.troubleshoot[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["TroubleshootDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AdviceInWordsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "LlmController.usage[0]": {
        parameters: {
            query?: {
                /** @description By what it is told apart: day, tenant, workflow, purpose, transport, provider, model, prompt, outcome; several with commas. */
                group_by?: string;
                /** @description At or after: ISO 8601, or epoch ms. 30 days before `until` when absent. */
                from?: string;
                /** @description Before: ISO 8601, or epoch ms. Now when absent. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["LlmUsageAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "MessageController.answer[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description The talk that it belongs to, 1 to 128 letters, digits or any of `_.:@+~-`; `it` then means what was talked about. */
                "X-Context-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["MessageReplyAnswer"];
                        response: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CanaryController.calibration[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CalibrationAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "OptimizerFactsController.get[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["OptimizerFactsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "OptimizerFactsController.put[0]": {
        requestBody: {
            content: {
                "application/json": {
                    /** @description By action: `http/request`, `tekton/action rhetor.generate_text`. */
                    effects?: {
                        [key: string]: "pure" | "read" | "idempotent" | "write";
                    };
                    /** @description Pairs of actions whose order is of no consequence. */
                    commuting?: string[][];
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["OptimizerFactsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"][];
                        plugins: components["schemas"]["PluginItem"][];
                        items: components["schemas"]["PluginItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.install[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["InstallPluginDto"];
            };
        };
        responses: {
            /** @description Installed. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"];
                        plugin_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.config[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginConfigAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.configure[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginConfigAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.disable[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.enable[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.upgrade[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpgradePluginDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PluginItem"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                state?: "active" | "paused" | "ended";
                workflow_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"][];
                        schedules: components["schemas"]["ScheduleAnswer"][];
                        items: components["schemas"]["ScheduleAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.create[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleBody"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.preview[0]": {
        parameters: {
            query?: {
                /** @description 10 when absent. */
                count?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewBody"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SchedulePreviewAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.replace[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleBody"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.backfill[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackfillBody"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["BackfillAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.pause[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.resume[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ScheduleAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.ticks[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                status?: "pending" | "queued" | "started" | "skipped" | "failed";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TickAnswer"][];
                        ticks: components["schemas"]["TickAnswer"][];
                        items: components["schemas"]["TickAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.trigger[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["TriggerBody"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TickAnswer"];
                        /** Format: uuid */
                        schedule_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SchedulesController.upcoming[0]": {
        parameters: {
            query?: {
                /** @description 10 when absent. */
                count?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["UpcomingAnswer"][];
                        upcoming: components["schemas"]["UpcomingAnswer"][];
                        items: components["schemas"]["UpcomingAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description Only those of this status: Ready-2:Harmonia. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintAnswer"][];
                        sprints: components["schemas"]["SprintAnswer"][];
                        items: components["schemas"]["SprintAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.export[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SprintExportDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintExportAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.skip[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintStatusAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.setStatus[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SprintStatusDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintStatusAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.tasks[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintTaskAnswer"][];
                        tasks: components["schemas"]["SprintTaskAnswer"][];
                        items: components["schemas"]["SprintTaskAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SprintsController.toWorkflow[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SprintWorkflowAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.takeOf[1]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckpointOfDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CheckpointAnswer"];
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CheckpointsController.restoreOf[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                        /** Format: uuid */
                        checkpoint_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HealthController.status[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["StatusAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SuggestionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CanaryController.abandon[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CanaryEndedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionController.apply[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was seen. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplySuggestionDto"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AppliedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionController.dismiss[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DismissSuggestionDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SuggestionAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionController.preview[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SuggestionPreviewAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CanaryController.promote[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description The current version that was seen. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PromoteDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["AppliedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PluginsController.types[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TaskTypeItem"][];
                        task_types: components["schemas"]["TaskTypeItem"][];
                        items: components["schemas"]["TaskTypeItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description Part of the name or description. */
                q?: string;
                /** @description All of these; may be repeated. */
                tags?: string[];
                /** @description Templates of this category. */
                category_id?: string;
                /** @description Templates of the category with this name. */
                category?: string;
                is_public?: boolean;
                /** @description Those that come with this plugin; `harmonia` are the built-in ones. */
                source?: string;
                sort_by?: "name" | "created_at" | "updated_at" | "usage_count";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateItem"][];
                        templates: components["schemas"]["TemplateItem"][];
                        items: components["schemas"]["TemplateItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.create[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateCategoriesController.list[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CategoryAnswer"][];
                        categories: components["schemas"]["CategoryAnswer"][];
                        items: components["schemas"]["CategoryAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateCategoriesController.create[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryDto"];
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CategoryAnswer"];
                        /** Format: uuid */
                        category_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateCategoriesController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CategoryAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateCategoriesController.update[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryChangeDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CategoryAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateCategoriesController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.import[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.get[0]": {
        parameters: {
            query?: {
                /** @description The latest when absent. */
                version?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.update[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.remove[0]": {
        parameters: {
            query?: {
                /** @description Also when executions of it are open. */
                force?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateInstancesController.instantiate[1]": {
        parameters: {
            query?: {
                /** @description true: answer what would be made, and make nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["InstantiateDto"];
            };
        };
        responses: {
            /** @description With dry_run: what would be made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplatePreviewAnswer"];
                    };
                };
            };
            /** @description The workflow is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstantiationAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplatesController.export[0]": {
        parameters: {
            query?: {
                /** @description The latest when absent. */
                version?: string;
                /** @description json when absent. */
                format?: "json" | "yaml";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExportAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateInstancesController.instantiate[0]": {
        parameters: {
            query?: {
                /** @description true: answer what would be made, and make nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["InstantiateDto"];
            };
        };
        responses: {
            /** @description With dry_run: what would be made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplatePreviewAnswer"];
                    };
                };
            };
            /** @description The workflow is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstantiationAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateVersionsController.rollback[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RollbackDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateInstancesController.instantiate[2]": {
        parameters: {
            query?: {
                /** @description true: answer what would be made, and make nothing. */
                dry_run?: boolean;
            };
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["InstantiateDto"];
            };
        };
        responses: {
            /** @description With dry_run: what would be made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplatePreviewAnswer"];
                    };
                };
            };
            /** @description The workflow is kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["InstantiationAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateVersionsController.list[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateVersionItem"][];
                        versions: components["schemas"]["TemplateVersionItem"][];
                        items: components["schemas"]["TemplateVersionItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateVersionsController.add[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TemplateVersionsController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TemplateAnswer"];
                        /** Format: uuid */
                        template_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ToolCallbackController.execute[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExecuteToolDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutedToolAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggerTypesController.list[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerKindAnswer"][];
                        trigger_types: components["schemas"]["TriggerKindAnswer"][];
                        items: components["schemas"]["TriggerKindAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"][];
                        triggers: components["schemas"]["TriggerAnswer"][];
                        items: components["schemas"]["TriggerAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.create[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    /** @description One of GET /trigger-types: `harmonia/event`. */
                    type: string;
                    /** @description As the type has them. */
                    params?: {
                        [key: string]: unknown;
                    };
                    /** @description Names of credentials, by place of the type. */
                    credentials?: {
                        [key: string]: unknown;
                    };
                    /** @description Id or name; `workflow_id` is the same. */
                    workflow?: string;
                    workflow_id?: string;
                    /** @description A version or a range; the current one when absent. */
                    version?: string;
                    /** @description action start: What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
                    budget?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description start when absent.
                     * @enum {unknown}
                     */
                    action?: "start" | "event";
                    /** @description action event: its name, or an expression over `payload`. */
                    event?: string;
                    /** @description Expression over `payload`: only what it is true for counts. */
                    match?: string;
                    /** @description Expressions over `payload`; the whole payload when absent. */
                    input_mapping?: {
                        [key: string]: unknown;
                    };
                    metadata?: {
                        [key: string]: unknown;
                    };
                    /** @description true when absent; of one that is replaced, as it is. */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"];
                        /** Format: uuid */
                        trigger_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"];
                        /** Format: uuid */
                        trigger_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.replace[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    /** @description One of GET /trigger-types: `harmonia/event`. */
                    type: string;
                    /** @description As the type has them. */
                    params?: {
                        [key: string]: unknown;
                    };
                    /** @description Names of credentials, by place of the type. */
                    credentials?: {
                        [key: string]: unknown;
                    };
                    /** @description Id or name; `workflow_id` is the same. */
                    workflow?: string;
                    workflow_id?: string;
                    /** @description A version or a range; the current one when absent. */
                    version?: string;
                    /** @description action start: What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
                    budget?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description start when absent.
                     * @enum {unknown}
                     */
                    action?: "start" | "event";
                    /** @description action event: its name, or an expression over `payload`. */
                    event?: string;
                    /** @description Expression over `payload`: only what it is true for counts. */
                    match?: string;
                    /** @description Expressions over `payload`; the whole payload when absent. */
                    input_mapping?: {
                        [key: string]: unknown;
                    };
                    metadata?: {
                        [key: string]: unknown;
                    };
                    /** @description true when absent; of one that is replaced, as it is. */
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"];
                        /** Format: uuid */
                        trigger_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.deliveries[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["OccurrenceAnswer"][];
                        deliveries: components["schemas"]["OccurrenceAnswer"][];
                        items: components["schemas"]["OccurrenceAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.disable[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"];
                        /** Format: uuid */
                        trigger_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "TriggersController.enable[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["TriggerAnswer"];
                        /** Format: uuid */
                        trigger_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description Both when absent. */
                direction?: "inbound" | "outbound";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WebhookAnswer"][];
                        webhooks: components["schemas"]["WebhookAnswer"][];
                        items: components["schemas"]["WebhookAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.create[0]": {
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    description?: string;
                    /** @description A random one when absent. */
                    endpoint?: string;
                    /** @description Id or name; `workflow` is the same. */
                    workflow_id?: string;
                    workflow?: string;
                    /** @description A version or a range; the current one when absent. */
                    version?: string;
                    /** @description action start: What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
                    budget?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description start when absent.
                     * @enum {unknown}
                     */
                    action?: "start" | "event";
                    /** @description action event: its name, or an expression. */
                    event?: string;
                    /** @description action event: only this execution gets it; an expression. */
                    execution?: string;
                    methods?: ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[];
                    /**
                     * @description What may call it; of one that is sent: manual, by request only. scheduled: a schedule, by the cron of `metadata.schedule`; event_triggered: a trigger on `event`.
                     * @enum {unknown}
                     */
                    trigger_type?: "http_post" | "http_get" | "component_callback" | "manual" | "scheduled" | "event_triggered";
                    /** @description `type` and what it needs; see docs/guides/webhooks.md. */
                    auth?: {
                        [key: string]: unknown;
                    };
                    /** @description The type, beside `auth_config`. */
                    auth_type?: string;
                    auth_config?: {
                        [key: string]: unknown;
                    };
                    /** @description Expressions over payload, headers, query. */
                    input_mapping?: {
                        [key: string]: unknown;
                    };
                    /** @description Expression of the id of a delivery. */
                    delivery_id?: string;
                    /** @description Equal bodies without an id are one delivery. */
                    deduplicate?: boolean;
                    enabled?: boolean;
                    /** @description 1 MiB when absent. */
                    max_bytes?: number;
                    metadata?: {
                        [key: string]: unknown;
                    };
                    /** @description Where Harmonia is to send: then it is a subscription. */
                    url?: string;
                    /** @description With `url`: names of events, or patterns such as execution_*. How executions end when absent. */
                    events?: string[];
                    /** @description With `url`: an expression over `event`; only what it is true for is sent. */
                    filter?: string;
                    /** @description With `url`: sent along. */
                    headers?: {
                        [key: string]: unknown;
                    };
                    /** @description With `url`: what is sent, with expressions over `event` and `execution`; the event when absent. */
                    payload_template?: unknown;
                    /** @description With `url`; `retry_config` is the same. Seconds; the delay doubles. */
                    retries?: {
                        /** @default 8 */
                        max_attempts?: number;
                        /** @default 5 */
                        first_delay?: number;
                        /** @default 3600 */
                        max_delay?: number;
                    };
                    /** @description With `url`: seconds to an answer; 15 when absent. */
                    timeout?: number;
                    /** @description With `url`: requests at once; 1 when absent. */
                    concurrency?: number;
                };
            };
        };
        responses: {
            /** @description Kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WebhookAnswer"];
                        /** Format: uuid */
                        webhook_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.get[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WebhookAnswer"];
                        /** Format: uuid */
                        webhook_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.update[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** @description A random one when absent. */
                    endpoint?: string;
                    /** @description Id or name; `workflow` is the same. */
                    workflow_id?: string;
                    workflow?: string;
                    /** @description A version or a range; the current one when absent. */
                    version?: string;
                    /** @description action start: What the execution may use, {tokens, calls, cost: {USD}, seconds}, beside the budget of its workflow: of each limit, the tighter holds. */
                    budget?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description start when absent.
                     * @enum {unknown}
                     */
                    action?: "start" | "event";
                    /** @description action event: its name, or an expression. */
                    event?: string;
                    /** @description action event: only this execution gets it; an expression. */
                    execution?: string;
                    methods?: ("GET" | "POST" | "PUT" | "PATCH" | "DELETE")[];
                    /**
                     * @description What may call it; of one that is sent: manual, by request only. scheduled: a schedule, by the cron of `metadata.schedule`; event_triggered: a trigger on `event`.
                     * @enum {unknown}
                     */
                    trigger_type?: "http_post" | "http_get" | "component_callback" | "manual" | "scheduled" | "event_triggered";
                    /** @description `type` and what it needs; see docs/guides/webhooks.md. */
                    auth?: {
                        [key: string]: unknown;
                    };
                    /** @description The type, beside `auth_config`. */
                    auth_type?: string;
                    auth_config?: {
                        [key: string]: unknown;
                    };
                    /** @description Expressions over payload, headers, query. */
                    input_mapping?: {
                        [key: string]: unknown;
                    };
                    /** @description Expression of the id of a delivery. */
                    delivery_id?: string;
                    /** @description Equal bodies without an id are one delivery. */
                    deduplicate?: boolean;
                    enabled?: boolean;
                    /** @description 1 MiB when absent. */
                    max_bytes?: number;
                    metadata?: {
                        [key: string]: unknown;
                    };
                    /** @description Where Harmonia is to send: then it is a subscription. */
                    url?: string;
                    /** @description With `url`: names of events, or patterns such as execution_*. How executions end when absent. */
                    events?: string[];
                    /** @description With `url`: an expression over `event`; only what it is true for is sent. */
                    filter?: string;
                    /** @description With `url`: sent along. */
                    headers?: {
                        [key: string]: unknown;
                    };
                    /** @description With `url`: what is sent, with expressions over `event` and `execution`; the event when absent. */
                    payload_template?: unknown;
                    /** @description With `url`; `retry_config` is the same. Seconds; the delay doubles. */
                    retries?: {
                        /** @default 8 */
                        max_attempts?: number;
                        /** @default 5 */
                        first_delay?: number;
                        /** @default 3600 */
                        max_delay?: number;
                    };
                    /** @description With `url`: seconds to an answer; 15 when absent. */
                    timeout?: number;
                    /** @description With `url`: requests at once; 1 when absent. */
                    concurrency?: number;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WebhookAnswer"];
                        /** Format: uuid */
                        webhook_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.remove[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.deliver[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DeliveredNowAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.deliveries[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                /** @description Only those. `failed` is of what came in, `dead` of what is sent. */
                status?: "pending" | "delivered" | "failed" | "dead";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DeliveryAnswer"][];
                        deliveries: components["schemas"]["DeliveryAnswer"][];
                        items: components["schemas"]["DeliveryAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.events[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WebhookEventAnswer"][];
                        events: components["schemas"]["WebhookEventAnswer"][];
                        items: components["schemas"]["WebhookEventAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WebhooksController.redeliverDead[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["RedeliveredAnswer"];
                        /** Format: uuid */
                        webhook_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HandoffController.receive[0]": {
        requestBody: {
            content: {
                "application/json": {
                    /** @description `check_work`, or a text for each component. */
                    purpose: string | {
                        [key: string]: unknown;
                    };
                    /** @description `harmonia`. Without dest and payload it is asked which sprints are ready. */
                    dest?: string;
                    payload?: {
                        /** @enum {unknown} */
                        action?: "look_for_work" | "process_sprint" | "update_status" | "import_data" | "export_data";
                        component?: string;
                        sprint_name?: string;
                        old_status?: string;
                        new_status?: string;
                        from_component?: string;
                        workflow_id?: string;
                        /** @description `{type: "embedded", content}`, `{type: "reference", workflow_id}`, or the content itself. */
                        data?: unknown;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                name?: string;
                /** @description Part of the name or description. */
                q?: string;
                tag?: string;
                sort_by?: "name" | "created_at" | "updated_at";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowItem"][];
                        workflows: components["schemas"]["WorkflowItem"][];
                        items: components["schemas"]["WorkflowItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.create[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** @description Of semver; 1.0.0 when absent. */
                    version?: string;
                    /** @description JSON Schema. */
                    input_schema?: {
                        [key: string]: unknown;
                    };
                    /** @description By id, or a list. */
                    tasks?: {
                        [key: string]: unknown;
                    } | {
                        [key: string]: unknown;
                    }[];
                    /** @description Any JSON; with expressions. */
                    output?: unknown;
                    metadata?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Kept. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "GenerationController.generate[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CandidatesAnswer"];
                        candidates: components["schemas"]["CandidateAnswer"][];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "GenerationController.stream[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on behind this event. One that is not known any more: from the beginning. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GenerateDto"];
            };
        };
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.import[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Kept; data.dialect says what it was. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.validate[0]": {
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** @description Of semver; 1.0.0 when absent. */
                    version?: string;
                    /** @description JSON Schema. */
                    input_schema?: {
                        [key: string]: unknown;
                    };
                    /** @description By id, or a list. */
                    tasks?: {
                        [key: string]: unknown;
                    } | {
                        [key: string]: unknown;
                    }[];
                    /** @description Any JSON; with expressions. */
                    output?: unknown;
                    metadata?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ValidationAnswer"];
                        valid: boolean;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.get[0]": {
        parameters: {
            query?: {
                /** @description The latest when absent. */
                version?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.update[0]": {
        parameters: {
            query?: {
                /** @description Take the next free patch version when the one of the document is there. */
                bump?: boolean;
            };
            header?: {
                /** @description The current version that was seen. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name?: string;
                    description?: string;
                    /** @description Of semver; 1.0.0 when absent. */
                    version?: string;
                    /** @description JSON Schema. */
                    input_schema?: {
                        [key: string]: unknown;
                    };
                    /** @description By id, or a list. */
                    tasks?: {
                        [key: string]: unknown;
                    } | {
                        [key: string]: unknown;
                    }[];
                    /** @description Any JSON; with expressions. */
                    output?: unknown;
                    metadata?: {
                        [key: string]: unknown;
                    };
                } & {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                        /** Format: uuid */
                        id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.remove[0]": {
        parameters: {
            query?: {
                /** @description Also when executions of it are open. */
                force?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        /** @enum {object|null} */
                        data: never | null;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CanaryController.end[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["CanaryEndedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.draft[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["DraftAnswer"];
                        /** Format: uuid */
                        workflow_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExecutionsController.execute[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExecuteDto"];
            };
        };
        responses: {
            /** @description Started and durable; with async false: ended. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description With async false: not ended within the timeout. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ExplainController.explain[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExplainDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExplainAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.export[0]": {
        parameters: {
            query?: {
                /** @description The latest when absent. */
                version?: string;
                /** @description json when absent. */
                format?: "json" | "yaml";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document: in the envelope, or as YAML. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: {
                            [key: string]: unknown;
                        };
                        document: {
                            [key: string]: unknown;
                        };
                    };
                    "application/yaml": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowRunsController.history[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ExecutionItem"][];
                        executions: components["schemas"]["ExecutionItem"][];
                        items: components["schemas"]["ExecutionItem"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "MigrationController.migrate[0]": {
        parameters: {
            query?: {
                /** @description true: answer what would be done, and do nothing. */
                dry_run?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MigrateDto"];
            };
        };
        responses: {
            /** @description What became of each execution, or would. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["MigrationAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlanController.plan[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlanDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["PlanAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowRunsController.state[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["WorkflowStateAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.statistics[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["StatisticsAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionsController.list[0]": {
        parameters: {
            query?: {
                /** @description 100 when absent, with page 20. */
                limit?: number;
                offset?: number;
                /** @description From 1; it wins over offset. */
                page?: number;
                /** @description desc when absent. */
                sort_order?: "asc" | "desc";
                status?: "open" | "canary" | "applied" | "dismissed" | "stale" | "superseded";
                /** @description Those for this version. */
                version?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SuggestionAnswer"][];
                        suggestions: components["schemas"]["SuggestionAnswer"][];
                        items: components["schemas"]["SuggestionAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionsController.suggest[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuggestDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SuggestionsAnswer"];
                        suggestions: components["schemas"]["SuggestionAnswer"][];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionsController.applySafe[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description The version that was seen. */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApplySafeDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["BundleAppliedAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionsController.stream[0]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Go on behind this event. One that is not known any more: from the beginning. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SuggestDto"];
            };
        };
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowRunsController.transition[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransitionDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["SteeredAnswer"];
                        /** Format: uuid */
                        execution_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "OptimizerFactsController.confirmations[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ConfirmationAnswer"][];
                        unordered: components["schemas"]["ConfirmationAnswer"][];
                        items: components["schemas"]["ConfirmationAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "OptimizerFactsController.confirm[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnorderedPairsDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["ConfirmationAnswer"][];
                        unordered: components["schemas"]["ConfirmationAnswer"][];
                        items: components["schemas"]["ConfirmationAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "WorkflowsController.versions[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["VersionAnswer"][];
                        versions: components["schemas"]["VersionAnswer"][];
                        items: components["schemas"]["VersionAnswer"][];
                        total: number;
                        page: number;
                        limit: number;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SuggestionsController.rollback[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["RolledBackAnswer"];
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "CapabilitiesController.call[2]": {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the request safe to repeat. */
                "Idempotency-Key"?: string;
            };
            path: {
                capability: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description What the action answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "DiscoveryController.discovery[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DiscoveryAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SseController.all": {
        parameters: {
            query?: {
                /** @description Go on after this place: the id of the last event that was seen, or 0 for all. */
                since?: unknown;
            };
            header?: {
                /** @description The same, as a browser sends it; it wins. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SseController.execution": {
        parameters: {
            query?: {
                /** @description Go on after this place: the id of the last event that was seen, or 0 for all. */
                since?: unknown;
            };
            header?: {
                /** @description The same, as a browser sends it; it wins. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "SseController.workflow": {
        parameters: {
            query?: {
                /** @description Go on after this place: the id of the last event that was seen, or 0 for all. */
                since?: unknown;
            };
            header?: {
                /** @description The same, as a browser sends it; it wins. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Server-sent events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HealthController.health[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HooksController.receive_get": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This delivery id was accepted before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HooksController.receive_put": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This delivery id was accepted before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HooksController.receive_post": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This delivery id was accepted before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HooksController.receive_delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpoint: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This delivery id was accepted before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Accepted. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "success";
                        /** @enum {boolean} */
                        success: true;
                        message: string;
                        data: components["schemas"]["HookAnswer"];
                        /** Format: uuid */
                        delivery_id: string;
                    };
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.capabilities[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CapabilitiesAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.health[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["McpHealthAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.process[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProcessDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProcessedAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlainCallsController.read[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadResourceDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlainCallsController.list[0]": {
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ListPageDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourcesAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlainCallsController.read[1]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadResourceDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResourceAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.tools[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolsAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlainCallsController.call[0]": {
        requestBody: {
            content: {
                "application/json": components["schemas"]["CallToolDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CallToolAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlainCallsController.listTools[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProtocolToolsAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.tool[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.execute[0]": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ExecuteToolDto"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutedToolAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "PlatformToolsController.status[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowStatusAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "MetricsController.page": {
        requestBody?: never;
        responses: {
            /** @description docs/guides/operations.md names the metrics. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HealthController.ready[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadyAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ShutdownController.stop[0]": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShutdownAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "ShutdownController.status": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShutdownStatusAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HealthController.plainStatus": {
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlainStatusAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
    "HandoffController.receive[3]": {
        requestBody: {
            content: {
                "application/json": {
                    /** @description `check_work`, or a text for each component. */
                    purpose: string | {
                        [key: string]: unknown;
                    };
                    /** @description `harmonia`. Without dest and payload it is asked which sprints are ready. */
                    dest?: string;
                    payload?: {
                        /** @enum {unknown} */
                        action?: "look_for_work" | "process_sprint" | "update_status" | "import_data" | "export_data";
                        component?: string;
                        sprint_name?: string;
                        old_status?: string;
                        new_status?: string;
                        from_component?: string;
                        workflow_id?: string;
                        /** @description `{type: "embedded", content}`, `{type: "reference", workflow_id}`, or the content itself. */
                        data?: unknown;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffAnswer"];
                };
            };
            /** @description Any error. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorAnswer"];
                };
            };
        };
    };
}
