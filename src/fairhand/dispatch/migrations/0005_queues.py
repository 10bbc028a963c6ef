"""Queues kept apart by gate, field and cohort; places; what claims, seats and loads need for caps, pauses, pairs."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0005_claim.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('dispatch', '0004_slot_lists'),
        ('gates', '0002_verdict'),
        ('people', '0004_codes'),
        ('projects', '0003_dispatch'),
        ('tasks', '0005_fields_and_deadlines'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Cohort',
            fields=[
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='projects.project')),
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('org_id', models.UUIDField()),
                ('name', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'cohort',
            },
        ),
        migrations.CreateModel(
            name='CohortMember',
            fields=[
                ('cohort', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='dispatch.cohort')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('pk', models.CompositePrimaryKey('cohort_id', 'person_id', blank=True, editable=False, primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'cohort_member',
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('org_id', models.UUIDField()),
                ('project_id', models.UUIDField()),
                ('asked_s', models.IntegerField()),
                ('reason', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('granted_s', models.IntegerField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.UUIDField(null=True)),
                ('why', models.TextField(default='')),
            ],
            options={
                'db_table': 'extension',
            },
        ),
        migrations.CreateModel(
            name='GatePass',
            fields=[
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('gate', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='gates.gate')),
                ('pk', models.CompositePrimaryKey('person_id', 'gate_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('passes', models.BooleanField()),
                ('until', models.DateTimeField()),
                ('facts_version', models.BigIntegerField()),
            ],
            options={
                'db_table': 'gate_pass',
            },
        ),
        migrations.CreateModel(
            name='ReviewPair',
            fields=[
                ('project', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='projects.project')),
                ('low', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('high', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pk', models.CompositePrimaryKey('project_id', 'low_id', 'high_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('low_n', models.IntegerField(default=0)),
                ('high_n', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'review_pair',
            },
        ),
        migrations.CreateModel(
            name='WorkPreference',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('hours', models.JSONField(default=list)),
                ('quiet', models.JSONField(default=list)),
                ('told', models.BooleanField(default=True)),
                ('muted', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'work_preference',
            },
        ),
        migrations.RemoveConstraint(
            model_name='claim',
            name='claim_state',
        ),
        migrations.RemoveConstraint(
            model_name='queue',
            name='queue_once',
        ),
        migrations.RemoveConstraint(
            model_name='queue',
            name='queue_lane',
        ),
        migrations.AddField(
            model_name='claim',
            name='extended_s',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='claim',
            name='pause_ms',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='claim',
            name='paused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='personload',
            name='facts_version',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='personload',
            name='week',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='personload',
            name='week_ms',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='personload',
            name='week_ms_max',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='queue',
            name='field',
            field=models.TextField(db_default='', default=''),
        ),
        migrations.AddField(
            model_name='queue',
            name='gate',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='gates.gate'),
        ),
        migrations.AddField(
            model_name='queue',
            name='head',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='queue',
            name='hint',
            field=models.SmallIntegerField(db_default=2, default=2),
        ),
        migrations.AddField(
            model_name='queue',
            name='until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='cool_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='places',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name='seat',
            name='week',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='week_max',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='seat',
            name='week_n',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='slot',
            name='place',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='slot',
            name='subject_person_id',
            field=models.UUIDField(null=True),
        ),
        AddConstraintNotValid(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('live', 'submitted', 'skipped', 'expired', 'released'))), name='claim_state'),
        ),
        AddConstraintNotValid(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'live'), ('paused_at', None), _connector='OR'), name='claim_paused_is_live'),
        ),
        AddConstraintNotValid(
            model_name='slot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('place__isnull', False), _connector='OR'), name='slot_open_has_place'),
        ),
        migrations.AddField(
            model_name='queue',
            name='cohort',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='dispatch.cohort'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.UniqueConstraint(fields=('stage', 'gate', 'lane', 'tier', 'field', 'cohort'), name='queue_alike', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('hint__in', (0, 1, 2))), name='queue_hint'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cohort', None), ('until', None)), models.Q(('cohort__isnull', False), ('until__isnull', False)), _connector='OR'), name='queue_of_cohort'),
        ),
        migrations.AddConstraint(
            model_name='queue',
            constraint=models.CheckConstraint(condition=models.Q(('lane__in', ('real', 'calibration', 'rework', 'gold'))), name='queue_lane'),
        ),
        migrations.AddField(
            model_name='extension',
            name='claim',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='dispatch.claim'),
        ),
        migrations.AddConstraint(
            model_name='cohort',
            constraint=models.UniqueConstraint(fields=('project', 'name'), name='cohort_name'),
        ),
        migrations.AddIndex(
            model_name='extension',
            index=models.Index(condition=models.Q(('decided_at', None)), fields=['project_id', 'asked_at'], name='extension_open'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('asked_s__gt', 0)), name='extension_asked'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('granted_s', None)), models.Q(('decided_at__isnull', False), ('granted_s__gte', 0)), _connector='OR'), name='extension_decided'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('claim',), name='extension_one_open'),
        ),
        migrations.AddConstraint(
            model_name='reviewpair',
            constraint=models.CheckConstraint(condition=models.Q(('low__lt', models.F('high'))), name='review_pair_order'),
        ),
        migrations.RunSQL(SQL.read_text(encoding='utf-8')),
    ]
