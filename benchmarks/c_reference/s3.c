/* The model of models/s3.mdl as a C loop: what a competent person writes straight from its text.
 *
 * Every equation stands once, in the loop, in an order in which each is computed after what it
 * reads. Each DELAY1I is a stock of its own, as the language defines it: level / delay time comes
 * out, and the level gains input - output. Nothing is simplified by hand, and nothing is made
 * slower: the numbers are arguments, the stocks are locals, memory is prepared by the caller, and
 * the output does not overlap the input. The integration is Euler's, as the model's.
 *
 *     cc -O3 -march=native -shared -fPIC -o s3.so s3.c -lm
 */

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* The indicators, in the model's order. */
struct indicators {
    double rd_investment_intensity;
    double rd_personnel_density;
    double degree_of_cooperation;
    double fixed_asset_investment;
    double number_of_patent_applications;
    double comparative_advantage_of_patents;
    double technology_introduction;
    double technology_market_turnover;
    double value_added_growth_rate;
    double market_share_of_new_products;
    double export_value;
    double outward_orientation;
    double similarity_coefficient;
    double industrial_concentration_rate;
    double spatial_aggregation;
    double average_concentration_rate;
    double specialization_coefficient;
    double market_share;
    double sector_contribution_rate;
    double total_profit;
    double development_coefficient;
};

/* What is kept of each step: every stock, flow and auxiliary, in the model's order. */
struct row {
    double industry_smart_level;
    double smart_development_rate;
    double innovation_capacity;
    double knowledge_accumulation;
    double benefit_level;
    double industry_specialization_level;
    double specialization_development_rate;
    double industry_concentration;
    double specialization_degree;
    double industry_relatedness;
    double coupling_degree;
    double comprehensive_coordination_index;
    double coupling_coordination_degree;
    double coupling_level_development_rate;
    double coupling_level;
    double industry_smart_specialization_level;
    double smart_specialization_increase_rate;
    double smart_specialization_decrease_rate;
    double environmental_turbulence;
    double innovation_opportunities;
    double accumulation_rate;
    double market_opportunity;
    double number_of_grasping_opportunities;
};

/* The four levels at the end. */
struct levels {
    double industry_smart_level;
    double industry_specialization_level;
    double coupling_level;
    double industry_smart_specialization_level;
};

/* Which numbers a run draws: the counter and the key of runtime/random.py. */
struct draws {
    uint32_t key[2];
    uint32_t run;
    uint32_t site;
};

static const double initial_time = 0.0;
static const double time_step = 0.125;
static const int steps = 400;
static const double one_year = 1.0;

/* The first of the two numbers of [0, 1) in a block of Philox 4x32-10: of 53 random bits. */
static inline double uniform(const struct draws *draws, uint32_t step)
{
    uint32_t c0 = draws->run, c1 = draws->site, c2 = step, c3 = 0;
    uint32_t k0 = draws->key[0], k1 = draws->key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return ((c0 >> 5) * 67108864.0 + (c1 >> 6)) / 9007199254740992.0;
}

static inline double zidz(double a, double b)
{
    return fabs(b) < 1e-6 ? 0.0 : a / b;
}

/* One run. Rows and last are filled where they are given; without draws, turbulence is a sine. It
 * is written out in each of its callers, so that what they do not ask for costs nothing there. */
__attribute__((always_inline)) static inline void simulate(
    const struct indicators *restrict in, const struct draws *draws, struct row *restrict rows,
    struct levels *restrict last)
{
    double industry_smart_level = 0.0;
    double smart_input_delay = 0.0 * 6.0;
    double smart_decay_delay = 4.0 * 2.0;
    double industry_specialization_level = 0.0;
    double specialization_input_delay = 0.0 * 6.0;
    double specialization_decay_delay = 4.0 * 2.0;
    double coupling_decay_delay = 4.0 * 2.0;
    double coupling_level = 0.0;
    double industry_smart_specialization_level = 0.0;
    double increase_input_delay = 0.0 * 4.0;
    double increase_decay_delay = 4.0 * 3.0;
    double accumulation_input_delay = 0.0 * 6.0;
    double accumulation_decay_delay = 4.0 * 2.0;
    double market_opportunity = 0.0;

    for (int step = 0;; step++) {
        double time = initial_time + step * time_step;

        /* Smart level */
        double innovation_capacity =
            in->rd_investment_intensity * 0.1085 + in->rd_personnel_density * 0.1693
            + in->degree_of_cooperation * 0.450 + in->fixed_asset_investment * 0.2716;
        double knowledge_accumulation =
            in->number_of_patent_applications * 0.3575
            + in->comparative_advantage_of_patents * 0.0905
            + in->technology_introduction * 0.2221 + in->technology_market_turnover * 0.3299;
        double benefit_level =
            in->value_added_growth_rate * 0.0613 + in->market_share_of_new_products * 0.3651
            + in->export_value * 0.5736;
        double smart_input = innovation_capacity * 0.2912 + knowledge_accumulation * 0.3888
            + benefit_level * 0.3005;
        double smart_input_delayed = smart_input_delay / 6.0;
        double smart_decay = exp(-time / one_year / 3.0);
        double smart_decay_delayed = smart_decay_delay / 2.0;
        double smart_development_rate = smart_input_delayed * smart_decay_delayed / one_year;

        /* Specialization level */
        double industry_concentration =
            in->industrial_concentration_rate * 0.332 + in->spatial_aggregation * 0.4205
            + in->average_concentration_rate * 0.2463;
        double specialization_degree =
            in->specialization_coefficient * 0.1279 + in->market_share * 0.287
            + in->sector_contribution_rate * 0.1492 + in->total_profit * 0.2542
            + in->development_coefficient * 0.1817;
        double industry_relatedness =
            in->outward_orientation * 0.1803 + in->similarity_coefficient * 0.8197;
        double specialization_input = specialization_degree * 0.4422
            + industry_concentration * 0.5069 + industry_relatedness * 0.0509;
        double specialization_input_delayed = specialization_input_delay / 6.0;
        double specialization_decay = exp(-time / one_year / 3.0);
        double specialization_decay_delayed = specialization_decay_delay / 2.0;
        double specialization_development_rate =
            specialization_input_delayed * specialization_decay_delayed / one_year;

        /* Coupling level */
        double coupling_degree =
            sqrt(zidz(industry_smart_level * industry_specialization_level,
                      industry_smart_level + industry_specialization_level));
        double comprehensive_coordination_index =
            0.5 * industry_smart_level + 0.5 * industry_specialization_level;
        double coupling_coordination_degree =
            sqrt(coupling_degree * comprehensive_coordination_index);
        double coupling_decay = exp(-time / one_year / 3.0);
        double coupling_decay_delayed = coupling_decay_delay / 2.0;
        double coupling_level_development_rate =
            coupling_coordination_degree * coupling_decay_delayed / one_year;

        /* Smart specialization level */
        double increase_input = industry_specialization_level * 0.3 + industry_smart_level * 0.3
            + coupling_degree * 0.4;
        double increase_input_delayed = increase_input_delay / 4.0;
        double increase_decay = exp(-time / one_year / 3.0);
        double increase_decay_delayed = increase_decay_delay / 3.0;
        double smart_specialization_increase_rate =
            increase_input_delayed * increase_decay_delayed / one_year;
        double environmental_turbulence =
            draws ? -1.0 + (1.0 - -1.0) * uniform(draws, (uint32_t)step)
                  : sin(time / one_year * 1.7);
        double smart_specialization_decrease_rate =
            (fabs(environmental_turbulence) >= 0.75 ? industry_smart_specialization_level * 0.03
                                                    : industry_smart_specialization_level * 0.01)
            / one_year;

        /* Market opportunity */
        double innovation_opportunities =
            environmental_turbulence >= 0.5 ? environmental_turbulence : 0.0;
        double accumulation_input_delayed = accumulation_input_delay / 6.0;
        double accumulation_decay = exp(-time / one_year / 3.0);
        double accumulation_decay_delayed = accumulation_decay_delay / 2.0;
        double accumulation_rate =
            accumulation_input_delayed * accumulation_decay_delayed / one_year;
        double number_of_grasping_opportunities =
            industry_smart_specialization_level * market_opportunity;

        if (rows)
            rows[step] = (struct row){
                industry_smart_level,
                smart_development_rate,
                innovation_capacity,
                knowledge_accumulation,
                benefit_level,
                industry_specialization_level,
                specialization_development_rate,
                industry_concentration,
                specialization_degree,
                industry_relatedness,
                coupling_degree,
                comprehensive_coordination_index,
                coupling_coordination_degree,
                coupling_level_development_rate,
                coupling_level,
                industry_smart_specialization_level,
                smart_specialization_increase_rate,
                smart_specialization_decrease_rate,
                environmental_turbulence,
                innovation_opportunities,
                accumulation_rate,
                market_opportunity,
                number_of_grasping_opportunities,
            };
        if (step == steps)
            break;

        industry_smart_level += time_step * smart_development_rate;
        smart_input_delay += time_step * (smart_input - smart_input_delayed);
        smart_decay_delay += time_step * (smart_decay - smart_decay_delayed);
        industry_specialization_level += time_step * specialization_development_rate;
        specialization_input_delay +=
            time_step * (specialization_input - specialization_input_delayed);
        specialization_decay_delay +=
            time_step * (specialization_decay - specialization_decay_delayed);
        coupling_decay_delay += time_step * (coupling_decay - coupling_decay_delayed);
        coupling_level += time_step * coupling_level_development_rate;
        industry_smart_specialization_level +=
            time_step * (smart_specialization_increase_rate - smart_specialization_decrease_rate);
        increase_input_delay += time_step * (increase_input - increase_input_delayed);
        increase_decay_delay += time_step * (increase_decay - increase_decay_delayed);
        accumulation_input_delay +=
            time_step * (innovation_opportunities - accumulation_input_delayed);
        accumulation_decay_delay += time_step * (accumulation_decay - accumulation_decay_delayed);
        market_opportunity += time_step * accumulation_rate;
    }

    if (last)
        *last = (struct levels){industry_smart_level, industry_specialization_level,
                                coupling_level, industry_smart_specialization_level};
}

/* How the memory is laid out, so that the caller can check that it has it right. */
const size_t n_indicators = sizeof(struct indicators) / sizeof(double);
const size_t n_columns = sizeof(struct row) / sizeof(double);
const size_t n_levels = sizeof(struct levels) / sizeof(double);
const size_t n_varied = 6;

/* The same run so many times over; rows has place for one, (401, 23). */
void run(const struct indicators *in, struct row *rows, size_t times)
{
    for (size_t k = 0; k < times; k++) {
        simulate(in, NULL, rows, NULL);
        __asm__ volatile("" ::: "memory"); /* each run is done, though the next writes over it */
    }
}

/* The random numbers of [0, 1) that a run draws, so that they can be checked. */
void uniforms(const uint32_t *key, uint32_t site, uint32_t run_number, double *numbers, size_t n)
{
    struct draws draws = {{key[0], key[1]}, run_number, site};
    for (size_t step = 0; step < n; step++)
        numbers[step] = uniform(&draws, (uint32_t)step);
}

/* The indicators of a run of an ensemble: one of each factor varies. */
static struct indicators varied(const struct indicators *in, const double *values)
{
    struct indicators these = *in;
    these.fixed_asset_investment = values[0];
    these.number_of_patent_applications = values[1];
    these.market_share_of_new_products = values[2];
    these.similarity_coefficient = values[3];
    these.spatial_aggregation = values[4];
    these.total_profit = values[5];
    return these;
}

/* Runs one after another: values is (n_runs, 6), last (n_runs, 4). */
void ensemble(const struct indicators *in, const double *values, struct levels *last, size_t n_runs)
{
    for (size_t k = 0; k < n_runs; k++) {
        struct indicators these = varied(in, values + n_varied * k);
        simulate(&these, NULL, NULL, last + k);
    }
}

/* The same, and each run draws its own random numbers. */
void random_ensemble(const struct indicators *in, const double *values, struct levels *last,
                     size_t n_runs, const uint32_t *key, uint32_t site)
{
    for (size_t k = 0; k < n_runs; k++) {
        struct indicators these = varied(in, values + n_varied * k);
        struct draws draws = {{key[0], key[1]}, (uint32_t)k, site};
        simulate(&these, &draws, NULL, last + k);
    }
}
