//! An environment's roots: planned, applied, destroyed and checked in order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use serde::Deserialize;
use terrace_exec::{Context, jobs};
use terrace_release::Digest;

use crate::error::{TerraformError, at};
use crate::graph::Graph;
use crate::layout::Layout;
use crate::lock::WorkLock;
use crate::report::{
    ApplyOutcome, ApplyReport, PlanOutcome, PlanReport, Purpose, RootApply, RootPlan, Skip,
};
use crate::request::{Applied, Event, Events, Request};
use crate::session::{PlanMode, Session};
use crate::source::RootSource;
use crate::summary::{Action, PlanSummary};
use crate::variables::Variables;

/// Work on one environment, with its lock held until dropped. Calls may come
/// from several threads (gates run in parallel); each root takes its turn.
pub struct Run<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) layout: Layout,
    pub(crate) variables: Variables,
    pub(crate) plugin_cache: PathBuf,
    /// Held by the `init` that uses the plugin cache.
    pub(crate) init: Mutex<()>,
    /// One for each node of the graph.
    pub(crate) turns: Vec<Mutex<()>>,
    graph: Graph,
    lock: WorkLock,
}

/// A value that a root gives out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Output {
    /// Whether it must not be shown.
    pub sensitive: bool,
    /// The value.
    pub value: serde_json::Value,
}

impl<'a> Run<'a> {
    /// Checks the request and takes the environment's lock.
    ///
    /// # Errors
    /// Refused variables, inconsistent roots or a cycle,
    /// [`TerraformError::Locked`], or folders that cannot be made.
    pub fn begin(request: &'a Request<'a>) -> Result<Self, TerraformError> {
        if let Err(error) = terrace_release::check_name(request.environment) {
            return Err(TerraformError::Roots {
                message: error.message,
            });
        }
        let graph = Graph::new(&request.roots, &request.removed)?;
        let mut variables = Variables::new(request.variables, request.secrets)?;
        let layout = Layout::new(request.project, request.environment);
        let lock = WorkLock::acquire(&layout, request.environment, &request.holder)?;
        let plugin_cache = match &request.options.plugin_cache {
            Some(cache) => cache.clone(),
            None => match request.variables.get("TF_PLUGIN_CACHE_DIR") {
                Some(cache) if !cache.is_empty() => PathBuf::from(cache),
                _ => layout.plugins(),
            },
        };
        std::fs::create_dir_all(&plugin_cache).map_err(at(&plugin_cache))?;
        // A configuration file of the user may name a cache of its own.
        if request.options.plugin_cache.is_some() || !request.variables.is_set("TF_CLI_CONFIG_FILE")
        {
            variables.environment = variables
                .environment
                .with("TF_PLUGIN_CACHE_DIR", &plugin_cache);
        }
        Ok(Self {
            request,
            turns: graph.names.iter().map(|_| Mutex::new(())).collect(),
            init: Mutex::new(()),
            layout,
            variables,
            plugin_cache,
            graph,
            lock,
        })
    }

    /// Names of variables that are set and not passed on to terraform.
    pub fn dropped_variables(&self) -> &[String] {
        &self.variables.dropped
    }

    /// Whether the file system knows locks; without, a second run on this
    /// environment would not be noticed here.
    pub fn is_locked(&self) -> bool {
        self.lock.is_effective()
    }

    /// Where the work folders are.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn node(&self, index: usize) -> (&str, &RootSource, Digest, Option<&Applied>) {
        let roots = &self.request.roots;
        match roots.get(index) {
            Some(root) => (&root.name, &root.source, root.digest, root.applied.as_ref()),
            None => {
                let removed = &self.request.removed[index - roots.len()];
                let applied = &removed.applied;
                (
                    &removed.name,
                    &removed.source,
                    applied.digest,
                    Some(applied),
                )
            }
        }
    }

    pub(crate) fn node_named(&self, name: &str) -> (&str, &RootSource, Digest, Option<&Applied>) {
        let index = self.graph.names.iter().position(|other| other == name);
        // Only names of the graph are asked for.
        self.node(index.unwrap_or(0))
    }

    fn purpose(&self, index: usize) -> Purpose {
        if index < self.request.roots.len() {
            Purpose::Update
        } else {
            Purpose::Destroy
        }
    }

    /// Plans every root whose producers are applied at the release's digest;
    /// the others are deferred. Nothing is changed and no plan is kept.
    pub fn plan(&self, context: &Context<'_>, events: Events<'_>) -> PlanReport {
        self.plan_all(|index| self.purpose(index).into(), context, events)
    }

    /// Likewise, but the plans only look for what was changed outside of
    /// terraform ([`PlanReport::drift`]).
    pub fn drift(&self, context: &Context<'_>, events: Events<'_>) -> PlanReport {
        self.plan_all(|_| PlanMode::RefreshOnly, context, events)
    }

    fn plan_all(
        &self,
        mode: impl Fn(usize) -> PlanMode + Sync,
        context: &Context<'_>,
        events: Events<'_>,
    ) -> PlanReport {
        let none = vec![Vec::new(); self.graph.names.len()];
        let one = |index: usize, _: &jobs::Results<RootPlan>| {
            let started = context.clock.now();
            let (name, _, digest, _) = self.node(index);
            let waits_for = self.not_applied(index);
            let outcome = if context.cancel.is_cancelled() {
                PlanOutcome::Interrupted
            } else if waits_for.is_empty() {
                match self.plan_one(index, mode(index), context, events) {
                    Ok(plan) => PlanOutcome::Planned(Box::new(plan)),
                    Err(error) => PlanOutcome::Failed(error),
                }
            } else {
                PlanOutcome::Deferred { waits_for }
            };
            let plan = RootPlan {
                name: name.to_owned(),
                digest,
                purpose: self.purpose(index),
                outcome,
                duration: context.clock.now().saturating_sub(started),
            };
            events(Event::PlanDone(&plan));
            plan
        };
        let parallel = self.request.options.parallel;
        // Without needs there is no cycle.
        let roots = jobs::run(&none, parallel, one).unwrap_or_default();
        PlanReport { roots }
    }

    fn plan_one(
        &self,
        index: usize,
        mode: PlanMode,
        context: &Context<'_>,
        events: Events<'_>,
    ) -> Result<PlanSummary, TerraformError> {
        let session = Session::open(self, index, context, events)?;
        let plan = session.plan(mode)?;
        session.drop_plan()?;
        events(Event::Planned {
            root: &session.work.root,
            plan: &plan,
        });
        Ok(plan)
    }

    /// The roots of the release that an index waits for and that are not
    /// applied at their digest. Removed roots are no obstacle to a plan.
    fn not_applied(&self, index: usize) -> Vec<String> {
        let pending = |at: &usize| {
            self.request.roots.get(*at).is_some_and(|root| {
                root.applied.as_ref().map(|applied| applied.digest) != Some(root.digest)
            })
        };
        let needs = self.graph.needs[index].iter().copied();
        self.graph.named(needs.filter(pending))
    }

    /// Applies every root in dependency order, each from a plan made when its
    /// producers are done, and destroys the removed ones. Roots that depend on
    /// one that failed are skipped; the others go on.
    ///
    /// [`Event::ApplyDone`] comes as soon as a root is done, from the thread
    /// that did it.
    pub fn apply(&self, context: &Context<'_>, events: Events<'_>) -> ApplyReport {
        let one = |index: usize, done: &jobs::Results<RootApply>| {
            let started = context.clock.now();
            let (name, _, digest, _) = self.node(index);
            let needs = self.graph.needs[index].iter().copied();
            let waits_for = self
                .graph
                .named(needs.filter(|need| !done.get(*need).is_some_and(RootApply::is_done)));
            let (plan, outcome) = if context.cancel.is_cancelled() {
                (None, ApplyOutcome::Skipped(Skip::Interrupted))
            } else if waits_for.is_empty() {
                let mut plan = None;
                let outcome = match self.apply_one(index, &mut plan, context, events) {
                    Ok(outcome) => outcome,
                    Err(error) if error.is_refusal() => ApplyOutcome::Refused(error),
                    Err(error) => ApplyOutcome::Failed(error),
                };
                (plan, outcome)
            } else {
                (None, ApplyOutcome::Skipped(Skip::WaitsFor(waits_for)))
            };
            let apply = RootApply {
                name: name.to_owned(),
                digest,
                purpose: self.purpose(index),
                plan,
                outcome,
                duration: context.clock.now().saturating_sub(started),
            };
            events(Event::ApplyDone(&apply));
            apply
        };
        let parallel = self.request.options.parallel;
        // `begin` has refused cycles.
        let roots = jobs::run(&self.graph.needs, parallel, one).unwrap_or_default();
        ApplyReport { roots }
    }

    fn apply_one(
        &self,
        index: usize,
        made: &mut Option<Box<PlanSummary>>,
        context: &Context<'_>,
        events: Events<'_>,
    ) -> Result<ApplyOutcome, TerraformError> {
        let purpose = self.purpose(index);
        let session = Session::open(self, index, context, events)?;
        let plan = session.plan(purpose.into())?;
        let root = session.work.root.as_str();
        events(Event::Planned { root, plan: &plan });
        let given = &self.request.options;
        let approved = given.approved.get(root);
        let is_approved = approved.is_some_and(|plans| plans.contains(&plan.identity()));
        let allowed = is_approved || given.allow_destroy.contains(root);
        let changed = plan.has_changes;
        let result = if changed && given.approval_required && !is_approved {
            Err(TerraformError::NotApproved {
                environment: self.request.environment.to_owned(),
                root: root.to_owned(),
                plan: plan.identity(),
                approved: approved.into_iter().flatten().copied().collect(),
            })
        } else if plan.destroys() && !allowed {
            let named = |action| plan.addresses(action).map(str::to_owned).collect();
            Err(TerraformError::DestroyGuard {
                root: root.to_owned(),
                deletes: named(Action::Delete),
                replaces: named(Action::Replace),
            })
        } else if context.cancel.is_cancelled() {
            session.drop_plan()?;
            return Ok(ApplyOutcome::Skipped(Skip::Interrupted));
        } else if changed {
            session.apply(&plan, purpose)
        } else {
            session.settle()
        };
        // Also on the way out with an error: a plan holds secrets.
        session.drop_plan()?;
        *made = Some(Box::new(plan));
        result?;
        Ok(ApplyOutcome::Done {
            changed,
            // It is done, whether or not its state can be looked at just now.
            state: session.state().unwrap_or_default(),
            identity: session.identity(),
        })
    }

    /// What a root gives out, as it is applied now.
    ///
    /// # Errors
    /// There is no such root, or terraform fails.
    pub fn outputs(
        &self,
        root: &str,
        context: &Context<'_>,
        events: Events<'_>,
    ) -> Result<BTreeMap<String, Output>, TerraformError> {
        let Some(index) = self.graph.names.iter().position(|name| name == root) else {
            return Err(TerraformError::Roots {
                message: format!("there is no root `{root}`"),
            });
        };
        let json = Session::open(self, index, context, events)?.outputs()?;
        serde_json::from_slice(&json).map_err(|error| TerraformError::PlanUnreadable {
            root: root.to_owned(),
            detail: format!("its outputs are not readable: {error}"),
        })
    }
}
